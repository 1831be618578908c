import type { ApplicationSpec } from '../../types/argocd';

/** What of a source goes away when nothing is in it. */
const OPTIONAL_PARTS = ['helm', 'kustomize', 'directory'];

/**
 * A spec as both controllers keep it: the default project by name, and nothing
 * that says nothing.
 */
export function normalizeSpec(spec: ApplicationSpec): ApplicationSpec {
  const { source, sources, syncPolicy, ...rest } = spec;
  return {
    ...rest,
    ...(source && { source: clean(source) }),
    ...(sources?.length && { sources: sources.map(clean) }),
    project: spec.project || 'default',
    ...(!isZero(syncPolicy) && { syncPolicy }),
  };
}

function clean<T extends object>(source: T): T {
  return Object.fromEntries(
    Object.entries(source).filter(
      ([key, value]) => !(OPTIONAL_PARTS.includes(key) && isZero(value)),
    ),
  ) as T;
}

function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  return Object.values(value).every(part =>
    Array.isArray(part) ? !part.length : !part,
  );
}
