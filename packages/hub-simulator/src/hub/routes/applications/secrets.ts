import type { GenericObject } from '../../../types/kubernetes';

const MASK = '+'.repeat(8);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Data = Record<string, unknown>;

/**
 * Versions of one Secret with their values masked. Equal values get equal masks
 * and different ones masks of different length, so that a difference still shows.
 * null stands for a version that does not exist.
 */
export function maskSecrets(
  versions: (GenericObject | null)[],
): (GenericObject | null)[] {
  const masks = new Map<string, Map<string, string>>();
  return versions.map(object => object && maskOne(object, masks));
}

export function isSecret({ apiVersion, kind }: GenericObject): boolean {
  return kind === 'Secret' && apiVersion === 'v1';
}

function maskOne(
  object: GenericObject,
  masks: Map<string, Map<string, string>>,
): GenericObject {
  const { data, stringData, ...rest } = object as GenericObject & {
    data?: Data;
    stringData?: Data;
  };
  const values = {
    ...data,
    ...encoded(stringData),
  };
  const masked = Object.entries(values).map(([key, value]) => {
    const known = masks.get(key) ?? new Map<string, string>();
    masks.set(key, known);
    const text = String(value);
    const mask = known.get(text) ?? `${MASK}${'+'.repeat(known.size)}`;
    known.set(text, mask);
    return [key, mask];
  });
  return {
    ...rest,
    metadata: withoutLastApplied(object.metadata),
    ...((data || stringData) && { data: Object.fromEntries(masked) }),
  };
}

function encoded(data: Data = {}): Data {
  const pairs = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return Object.fromEntries(pairs);
}

/** It repeats the values; Argo CD masks them in there too. */
function withoutLastApplied(
  metadata: GenericObject['metadata'],
): GenericObject['metadata'] {
  const text = metadata.annotations?.[LAST_APPLIED];
  if (!text) return metadata;
  let masked = MASK;
  try {
    masked = JSON.stringify(maskSecrets([JSON.parse(text)])[0]);
  } catch {
    // What cannot be read is masked as a whole.
  }
  return {
    ...metadata,
    annotations: { ...metadata.annotations, [LAST_APPLIED]: masked },
  };
}
