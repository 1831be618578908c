import { matchesGlob } from '../glob';
import type { AppProject } from '../types/argocd';

/** A destination that resolved to a cluster. */
export interface ResolvedDestination {
  server: string;
  name: string;
  namespace: string;
}

/**
 * Whether a project allows a destination: some entry must match server or name,
 * and namespace, and none that begins with `!` may rule it out.
 */
export function isDestinationMatched(
  { spec }: AppProject,
  { server, name, namespace }: ResolvedDestination,
): boolean {
  let isMatched = false;
  for (const item of spec.destinations ?? []) {
    const byName = name !== '' && matches(item.name, name);
    const byServer = server !== '' && matches(item.server, server);
    const byNamespace = matches(item.namespace, namespace);
    if ((byServer || byName) && byNamespace) isMatched = true;
    else if (
      (!byName && isDenial(item.name)) ||
      (!byServer && isDenial(item.server) && byNamespace) ||
      (!byNamespace && isDenial(item.namespace) && byServer)
    ) {
      return false;
    }
  }
  return isMatched;
}

/** Whether a project may be used by applications of a namespace (F2.9). */
export function permitsNamespace(
  { metadata, spec }: AppProject,
  namespace: string,
): boolean {
  if (namespace === metadata.namespace) return true;
  return !!spec.sourceNamespaces?.some(pattern => matches(pattern, namespace));
}

/** A glob that may be negated with `!`; a missing one is empty and matches nothing. */
export function matches(pattern = '', value: string): boolean {
  return isDenial(pattern)
    ? !matchesGlob(pattern.slice(1), value)
    : matchesGlob(pattern, value);
}

export function isDenial(pattern = ''): boolean {
  return pattern.startsWith('!');
}
