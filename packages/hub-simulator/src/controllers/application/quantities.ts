import type { GenericObject } from '../../types/kubernetes';

const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

interface PodFields {
  spec?: {
    containers?: {
      resources?: { requests?: { cpu?: string; memory?: string } };
    }[];
  };
}

/** A Kubernetes quantity in thousandths; 0 for what is none. */
export function milliValue(quantity: string | number | undefined): number {
  const [, amount, suffix] =
    /^([0-9.]+)([A-Za-z]*)$/.exec(String(quantity ?? '')) ?? [];
  const factor = SUFFIXES[suffix ?? ''];
  return amount && factor ? Math.ceil(Number(amount) * factor * 1000) : 0;
}

/** What the containers of a pod ask for together, in thousandths. */
export function podRequests(pod: GenericObject): {
  cpu: number;
  memory: number;
} {
  const { containers = [] } = (pod as unknown as PodFields).spec ?? {};
  const sum = (name: 'cpu' | 'memory') =>
    containers.reduce(
      (total, { resources }) => total + milliValue(resources?.requests?.[name]),
      0,
    );
  return { cpu: sum('cpu'), memory: sum('memory') };
}
