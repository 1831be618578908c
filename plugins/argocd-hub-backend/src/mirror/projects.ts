import type { ArgoProject } from '../hub/types';

/** Where Argo CD counts an application to that names no project. */
const DEFAULT = 'default';

/**
 * The projects to list: those of applications that we know, and those that the
 * hub told. Argo CD leaves out what an account may not see without a word.
 *
 * @param known - how many applications we know of each
 * @param told - undefined where the hub failed to say
 * @returns `areAll` is false where there may be others
 */
export function projectsToList(
  known: ReadonlyMap<string, number>,
  told: ArgoProject[] = [],
): { counts: Map<string, number>; areAll: boolean } {
  const names = told.flatMap(project => {
    const name: unknown = project?.metadata?.name;
    return typeof name === 'string' && name ? [name] : [];
  });
  const counts = new Map(known);
  for (const name of [DEFAULT, ...names]) {
    counts.set(name, counts.get(name) ?? 0);
  }
  // Every hub has this one, whatever else it has.
  return { counts, areAll: names.includes(DEFAULT) };
}
