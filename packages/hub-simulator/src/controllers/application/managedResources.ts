import type { ManagedResource } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { Pair } from './compare';
import { diff, LAST_APPLIED } from './diff';

const MASK = '++++++++';

type Data = Record<string, unknown>;

/** What managed-resources tells, with the data of Secrets masked. */
export function managedResources(pairs: readonly Pair[]): ManagedResource[] {
  return pairs.map(pair => {
    const { group, kind, namespace, name, hook } = pair.status;
    const { target, live, difference } = masked(pair);
    const resourceVersion = pair.live?.metadata.resourceVersion;
    return {
      ...(group && { group }),
      kind,
      ...(namespace && { namespace }),
      name,
      targetState: JSON.stringify(target ?? null),
      liveState: JSON.stringify(live ?? null),
      ...(hook && { hook }),
      normalizedLiveState: JSON.stringify(difference.normalized ?? null),
      predictedLiveState: JSON.stringify(difference.predicted ?? null),
      ...(resourceVersion && { resourceVersion }),
      ...(difference.modified && { modified: true }),
    };
  });
}

function masked({ target, live, difference, status }: Pair) {
  if (status.kind !== 'Secret' || status.group) {
    return { target, live, difference };
  }
  const secrets = maskSecrets(target, live);
  return { ...secrets, difference: diff(secrets.target, secrets.live) };
}

/** Equal values get equal masks, so that a difference still shows. */
export function maskSecrets(
  target: GenericObject | undefined,
  live: GenericObject | undefined,
): { target?: GenericObject; live?: GenericObject } {
  const masks = new Map<string, Map<unknown, string>>();
  const mask = (key: string, value: unknown) => {
    const known = masks.get(key) ?? new Map<unknown, string>();
    masks.set(key, known);
    if (!known.has(value)) known.set(value, MASK + '++++'.repeat(known.size));
    return known.get(value)!;
  };
  return {
    target: target && maskObject(target, mask),
    live: live && maskObject(live, mask),
  };
}

function maskObject(
  object: GenericObject,
  mask: (key: string, value: unknown) => string,
): GenericObject {
  const hidden = { ...object };
  for (const field of ['data', 'stringData']) {
    if (hidden[field]) {
      hidden[field] = Object.fromEntries(
        Object.entries(hidden[field] as Data).map(([key, value]) => [
          key,
          mask(key, value),
        ]),
      );
    }
  }
  const applied = object.metadata.annotations?.[LAST_APPLIED];
  if (!applied) return hidden;
  return {
    ...hidden,
    metadata: {
      ...object.metadata,
      annotations: {
        ...object.metadata.annotations,
        [LAST_APPLIED]: maskText(applied, mask),
      },
    },
  };
}

function maskText(
  text: string,
  mask: (key: string, value: unknown) => string,
): string {
  try {
    return JSON.stringify(maskObject(JSON.parse(text) as GenericObject, mask));
  } catch {
    return MASK;
  }
}
