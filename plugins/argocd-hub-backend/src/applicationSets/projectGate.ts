import type { ProjectRecord } from '../store/ProjectStore';
import { matchesGlob } from '../glob';

/** Where an application would go. */
export interface GateDestination {
  server: string;
  /** As registered. */
  name: string;
  /** The project that the cluster is kept for. */
  project?: string;
  /** Unknown where it is absent: then any namespace that is permitted will do. */
  namespace?: string;
}

/** Why a project does not let its applications go to a cluster. */
export type GateRefusal =
  /** No entry takes it. */
  | 'no-destination'
  /** An entry that begins with `!` rules it out. */
  | 'denied'
  /** The project may use only the clusters that are kept for it. */
  | 'not-its-cluster';

/**
 * Whether a project permits a destination, as Argo CD decides: some entry takes
 * server or name, and namespace, and none that begins with `!` rules it out.
 *
 * @returns undefined where it does
 */
export function refusalOf(
  project: Pick<
    ProjectRecord,
    'name' | 'destinations' | 'permitOnlyProjectScopedClusters'
  >,
  to: GateDestination,
): GateRefusal | undefined {
  let isTaken = false;
  for (const entry of project.destinations) {
    const byName = to.name !== '' && takes(entry.name, to.name);
    const byServer = takes(entry.server, to.server);
    const byNamespace =
      to.namespace === undefined || takes(entry.namespace, to.namespace);
    if ((byServer || byName) && byNamespace) {
      isTaken = true;
    } else if (
      (!byName && isDenial(entry.name)) ||
      (!byServer && isDenial(entry.server) && byNamespace) ||
      (!byNamespace && isDenial(entry.namespace) && byServer)
    ) {
      return 'denied';
    }
  }
  if (!isTaken) {
    return 'no-destination';
  }
  return project.permitOnlyProjectScopedClusters && to.project !== project.name
    ? 'not-its-cluster'
    : undefined;
}

/** A glob that may be negated; a missing one takes nothing. */
function takes(pattern: string | undefined, text: string): boolean {
  if (!pattern) {
    return false;
  }
  return isDenial(pattern)
    ? !matchesGlob(pattern.slice(1), text)
    : matchesGlob(pattern, text);
}

function isDenial(pattern: string | undefined): boolean {
  return pattern?.startsWith('!') ?? false;
}
