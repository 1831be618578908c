/** How the items of a list are told apart. */
export type ListRule =
  | { type: 'map'; keys: readonly string[] }
  | { type: 'set' }
  | { type: 'atomic' };

const ATOMIC: ListRule = { type: 'atomic' };
const map = (...keys: string[]): ListRule => ({ type: 'map', keys });

/** By the name of the field; a list that is not named here changes as a whole. */
const LISTS: Record<string, ListRule> = {
  finalizers: { type: 'set' },
  ownerReferences: map('uid'),
  containers: map('name'),
  initContainers: map('name'),
  ephemeralContainers: map('name'),
  env: map('name'),
  volumes: map('name'),
  volumeMounts: map('mountPath'),
  volumeDevices: map('devicePath'),
  conditions: map('type'),
  hostAliases: map('ip'),
  topologySpreadConstraints: map('topologyKey', 'whenUnsatisfiable'),
};

/** Maps that belong to one manager as a whole, by name. */
const ATOMIC_MAPS = [
  'selector',
  'nodeSelector',
  'roleRef',
  'involvedObject',
  'aggregationRule',
  'secretKeyRef',
  'configMapKeyRef',
  'fieldRef',
  'resourceFieldRef',
];

/** The rule for the list at a path of field names. */
export function listRule(names: readonly string[]): ListRule {
  const name = names.at(-1)!;
  if (name === 'ports') {
    return names.includes('containers') || names.includes('initContainers')
      ? map('containerPort', 'protocol')
      : map('port', 'protocol');
  }
  // The Secrets of a service account; pods name theirs in the same way.
  if (names.length === 1 && name === 'secrets') return map('name');
  if (names.length > 1 && name === 'imagePullSecrets') return map('name');
  if (names[0] === 'spec' && names.length === 2 && name === 'finalizers') {
    return ATOMIC;
  }
  return Object.hasOwn(LISTS, name) ? LISTS[name] : ATOMIC;
}

/** Strategic merge tells some lists apart by fewer keys than apply does. */
export function mergeKey(names: readonly string[]): string | undefined {
  if (names.length === 1 && names[0] === 'imagePullSecrets') return 'name';
  const rule = listRule(names);
  return rule.type === 'map' ? rule.keys[0] : undefined;
}

export function isAtomicMap(names: readonly string[]): boolean {
  return ATOMIC_MAPS.includes(names.at(-1) ?? '');
}

/** The values that tell an item of a list apart, as JSON in the order of the keys. */
export function itemKey(item: unknown, keys: readonly string[]): string {
  const fields = (item ?? {}) as Record<string, unknown>;
  return JSON.stringify(
    Object.fromEntries(
      [...keys]
        .sort()
        .map(key => [key, fields[key] ?? (key === 'protocol' ? 'TCP' : null)]),
    ),
  );
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
