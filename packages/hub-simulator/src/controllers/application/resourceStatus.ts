import type { AppProject, ResourceStatus } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { ServedKind } from '../cluster/discovery';
import type { Pair } from './compare';
import type { Difference } from './diff';
import {
  hasCompareOption,
  hasSyncOption,
  isHook,
  isSkipHook,
  waveOf,
} from './hooks';
import { groupOf, versionOf } from './objects';
import { permitsKind } from './permissions';
import { isMarkGenuine } from './tracking';

interface Resource {
  target?: GenericObject;
  live?: GenericObject;
  difference: Difference;
  project: AppProject;
  /** false when target or live state could not be loaded */
  isKnown: boolean;
  kinds: readonly ServedKind[];
}

/** One entry of `status.resources`; its health is elsewhere (F5.6). */
export function resourceStatus(resource: Resource): ResourceStatus {
  const { target, live } = resource;
  const object = (live ?? target)!;
  const { namespace, name } = object.metadata;
  const group = groupOf(object);
  const status = statusOf(resource, object);
  const isMine = !live || !!target || isMarkGenuine(live);
  const wave = target ? waveOf(target) : 0;
  return {
    ...(group && { group }),
    version: versionOf(object),
    kind: object.kind!,
    ...(namespace && { namespace }),
    name,
    ...(status && { status }),
    ...(isHook(object) && { hook: true }),
    ...(!target && isMine && { requiresPruning: true }),
    ...(wave && { syncWave: wave }),
    ...([target, live].some(needsConfirmation) && {
      requiresDeletionConfirmation: true,
    }),
  };
}

/** Whether a resource makes its application OutOfSync. */
export function isOutOfSync({ status, target, live }: Pair): boolean {
  if (status.status !== 'OutOfSync') return false;
  return !(!target && live && hasCompareOption(live, 'IgnoreExtraneous'));
}

function statusOf(
  { target, live, difference, project, isKnown, kinds }: Resource,
  object: GenericObject,
): string | undefined {
  const served = kinds.find(
    ({ group, kind }) => group === groupOf(object) && kind === object.kind,
  );
  const isNamespaced = served?.namespaced ?? !!object.metadata.namespace;
  if (!isKnown || !permitsKind(project, object, isNamespaced)) return 'Unknown';
  const isSkipped = !!target && isSkipHook(target);
  const isForeign = !target && !!live && !isMarkGenuine(live);
  if (isHook(object) || isSkipped || isForeign) return undefined;
  return difference.modified ? 'OutOfSync' : 'Synced';
}

function needsConfirmation(object: GenericObject | undefined): boolean {
  if (!object) return false;
  return (
    hasSyncOption(object, 'Delete=confirm') ||
    hasSyncOption(object, 'Prune=confirm')
  );
}
