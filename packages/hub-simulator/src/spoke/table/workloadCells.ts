import type { GenericObject } from '../../types/kubernetes';
import type { Column } from './columns';

interface PodTemplate {
  spec?: { containers?: { name: string; image: string }[] };
}

interface WorkloadSpec {
  selector?: { matchLabels?: Record<string, string> };
  template?: PodTemplate;
}

type TextColumn = (
  name: string,
  cell: (object: GenericObject) => string | undefined,
  priority: 0 | 1,
) => Column;

/** What `-o wide` says of something that makes pods. */
export function containerColumns(text: TextColumn): Column[] {
  const containers = ({ spec }: GenericObject) => {
    const list = (spec as WorkloadSpec | undefined)?.template?.spec?.containers;
    return Array.isArray(list) ? list : [];
  };
  return [
    text(
      'Containers',
      each =>
        containers(each)
          .map(c => c.name)
          .join(','),
      1,
    ),
    text(
      'Images',
      each =>
        containers(each)
          .map(c => c.image)
          .join(','),
      1,
    ),
    text(
      'Selector',
      ({ spec }) =>
        selectorText((spec as WorkloadSpec | undefined)?.selector?.matchLabels),
      1,
    ),
  ];
}

export function selectorText(labels: Record<string, string> | undefined) {
  return Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

export function externalAddress({ spec, status }: GenericObject): string {
  const { type, externalName } = (spec ?? {}) as {
    type?: string;
    externalName?: string;
  };
  if (type === 'ExternalName') return externalName ?? '';
  if (type !== 'LoadBalancer') return '';
  const { loadBalancer } = (status ?? {}) as {
    loadBalancer?: { ingress?: { ip: string }[] };
  };
  const ips = loadBalancer?.ingress?.map(({ ip }) => ip);
  return ips?.join(',') ?? '<pending>';
}

export function podStatus({ metadata, status }: GenericObject): string {
  if (metadata.deletionTimestamp) return 'Terminating';
  const { phase, reason } = (status ?? {}) as {
    phase?: string;
    reason?: string;
  };
  return reason ?? phase ?? 'Unknown';
}

export function podRestarts({ status }: GenericObject): string {
  const { containerStatuses = [] } = (status ?? {}) as {
    containerStatuses?: { restartCount?: number }[];
  };
  const restarts = containerStatuses.reduce(
    (sum, { restartCount = 0 }) => sum + restartCount,
    0,
  );
  return String(restarts);
}
