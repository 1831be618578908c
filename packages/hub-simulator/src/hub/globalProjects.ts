import { matchesSelector } from '../labels';
import type { HubState } from '../state/HubState';
import { CONTROL_PLANE } from '../state/names';
import type { AppProject } from '../types/argocd';

const INHERITED = [
  'clusterResourceWhitelist',
  'clusterResourceBlacklist',
  'namespaceResourceWhitelist',
  'namespaceResourceBlacklist',
  'syncWindows',
  'sourceRepos',
  'destinations',
] as const;

/** The projects that a project takes over from, by the setting `globalProjects`. */
export function globalProjectsOf(
  { settings, projects }: HubState,
  { metadata }: AppProject,
): AppProject[] {
  return settings.globalProjects
    .filter(
      ({ projectName, labelSelector }) =>
        projectName !== metadata.name &&
        matchesSelector(labelSelector, metadata.labels),
    )
    .flatMap(
      ({ projectName }) => projects.get(projectName, CONTROL_PLANE) ?? [],
    );
}

/** A project together with what it takes over. */
export function virtualProject(
  project: AppProject,
  globalProjects: readonly AppProject[],
): AppProject {
  return globalProjects.reduce((own, { spec }) => {
    const merged = INHERITED.map(key => [
      key,
      [...(own.spec[key] ?? []), ...(spec[key] ?? [])],
    ]).filter(([, entries]) => entries.length);
    return { ...own, spec: { ...own.spec, ...Object.fromEntries(merged) } };
  }, project);
}
