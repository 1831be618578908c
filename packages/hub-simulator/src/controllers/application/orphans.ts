import { matchesGlob } from '../../glob';
import type { HubState } from '../../state/HubState';
import type { Application, AppProject } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { LiveObjects } from '../cluster/LiveObjects';
import type { NewCondition } from './conditions';
import { groupOf } from './objects';
import { permitsKind } from './permissions';
import { applicationOfInstance, instanceOf } from './tracking';

/** Objects of the application's namespace that belong to nobody, where a project wants to know. */
export function orphansOf(options: {
  state: HubState;
  app: Application;
  project: AppProject;
  managed: ReadonlySet<GenericObject>;
  live: LiveObjects;
}): GenericObject[] {
  const { state, app, project, managed, live } = options;
  if (!project.spec.orphanedResources) return [];
  const { namespace } = app.spec.destination;
  return [...live.values()].filter(object => {
    const { metadata } = object;
    if (!namespace || metadata.namespace !== namespace) return false;
    if (metadata.ownerReferences?.length || managed.has(object)) return false;
    const instance = instanceOf(object);
    const other = instance && applicationOfInstance(instance);
    if (other && state.applications.entry(other.name, other.namespace)) {
      return false;
    }
    return permitsKind(project, object, true) && !isKnown(project, object);
  });
}

/** The warning about orphans, none where the project does not want it. */
export function orphanWarning(
  { spec }: AppProject,
  count: number,
): NewCondition[] {
  if (!count || spec.orphanedResources?.warn === false) return [];
  return [
    {
      type: 'OrphanedResourceWarning',
      message: `Application has ${count} orphaned resources`,
    },
  ];
}

/** What every namespace has, or the project does not care about. */
function isKnown({ spec }: AppProject, object: GenericObject): boolean {
  const { kind = '', metadata } = object;
  const group = groupOf(object);
  const id = `${group}/${kind}/${metadata.name}`;
  if (id === '/ServiceAccount/default') return true;
  if (id === '/ConfigMap/kube-root-ca.crt') return true;
  if (metadata.namespace === 'default' && id === '/Service/kubernetes') {
    return true;
  }
  return !!spec.orphanedResources?.ignore?.some(
    item =>
      (!item.kind || matchesGlob(item.kind, kind)) &&
      matchesGlob(item.group ?? '', group) &&
      (!item.name || matchesGlob(item.name, metadata.name)),
  );
}
