import type { HubState } from '../../state/HubState';
import { matchesGlob } from '../../glob';
import { isDenial } from '../../state/projectGate';
import type { AppProject, Source } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { groupOf } from './objects';

type Kinds = { group: string; kind: string }[] | undefined;

/** Whether a project lets its applications have objects of a kind. */
export function permitsKind(
  { spec }: AppProject,
  object: GenericObject,
  isNamespaced: boolean,
): boolean {
  const isIn = (list: Kinds) =>
    !!list?.some(
      ({ group, kind }) =>
        matchesGlob(group, groupOf(object)) &&
        matchesGlob(kind, object.kind ?? ''),
    );
  if (isNamespaced) {
    const allowed = spec.namespaceResourceWhitelist;
    return (
      (!allowed || isIn(allowed)) && !isIn(spec.namespaceResourceBlacklist)
    );
  }
  return (
    isIn(spec.clusterResourceWhitelist) && !isIn(spec.clusterResourceBlacklist)
  );
}

/** Whether a project lets its applications have a live object. */
export function permitsObject(
  state: HubState,
  project: AppProject,
  server: string,
  object: GenericObject,
): boolean {
  const { namespace } = object.metadata;
  if (!permitsKind(project, object, !!namespace)) return false;
  return !namespace || !state.refuseDestination(project, { server, namespace });
}

/** Whether a project lets its applications take manifests from a repository. */
export function permitsSource(
  { spec }: AppProject,
  { repoURL }: Source,
): boolean {
  const url = normalizeUrl(repoURL);
  let isPermitted = false;
  for (const pattern of spec.sourceRepos ?? []) {
    if (isDenial(pattern)) {
      if (pathGlob(normalizeUrl(pattern.slice(1))).test(url)) return false;
      isPermitted = true;
    } else if (pattern === '*' || pathGlob(normalizeUrl(pattern)).test(url)) {
      isPermitted = true;
    }
  }
  return isPermitted;
}

function normalizeUrl(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/\.git$/, '');
}

/** Here one star stays between two slashes. */
function pathGlob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\?]/g, '\\$&')
    .replace(/\*\*/g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '.*');
  return new RegExp(`^${source}$`);
}
