import type { GenericObject } from '../../types/kubernetes';

const HOOK = 'argocd.argoproj.io/hook';
const DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';
const WAVE = 'argocd.argoproj.io/sync-wave';
const OPTIONS = 'argocd.argoproj.io/sync-options';
const COMPARE_OPTIONS = 'argocd.argoproj.io/compare-options';
const TYPES = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'Skip'];
const DELETION_TYPES = ['PreDelete', 'PostDelete'];

/** Helm's own hooks, as Argo CD reads them. */
const HELM: Record<string, string> = {
  'crd-install': 'PreSync',
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
  'post-delete': 'PostDelete',
};
const HELM_POLICY: Record<string, string> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

function listed({ metadata }: GenericObject, annotation: string): string[] {
  const text = metadata.annotations?.[annotation] ?? '';
  return text
    .split(',')
    .map(each => each.trim())
    .filter(Boolean);
}

/** The phases in which an object is a hook; `Skip` means never to be synced. */
function hookTypes(object: GenericObject): string[] {
  const own = listed(object, HOOK).filter(type =>
    [...TYPES, ...DELETION_TYPES].includes(type),
  );
  if (own.length) return [...new Set(own)];
  const helm = listed(object, 'helm.sh/hook').flatMap(each => HELM[each] ?? []);
  return [...new Set(helm)];
}

/** Whether an object is a hook; one that is only skipped is an ordinary object. */
export function isHook(object: GenericObject): boolean {
  const types = hookTypes(object);
  return types.length > 0 && !(types.length === 1 && types[0] === 'Skip');
}

export function isSkipHook(object: GenericObject): boolean {
  return hookTypes(object).join() === 'Skip';
}

/** Whether an object is made only when the application goes. */
export function isDeletionHook(object: GenericObject): boolean {
  return hookTypes(object).some(type => DELETION_TYPES.includes(type));
}

/** In which phases of a sync an object takes part. */
export function syncPhases(object: GenericObject): string[] {
  if (isSkipHook(object)) return [];
  if (!isHook(object)) return ['Sync'];
  return hookTypes(object).filter(
    type => TYPES.includes(type) && type !== 'Skip',
  );
}

/** When a hook is deleted; before the next one is made unless it says otherwise. */
export function deletePolicies(object: GenericObject): string[] {
  const own = listed(object, DELETE_POLICY);
  if (own.length) return own;
  const helm = listed(object, 'helm.sh/hook-delete-policy').flatMap(
    each => HELM_POLICY[each] ?? [],
  );
  return helm.length ? helm : ['BeforeHookCreation'];
}

/** Lower waves go first. */
export function waveOf({ metadata }: GenericObject): number {
  const { annotations } = metadata;
  const text = annotations?.[WAVE] ?? annotations?.['helm.sh/hook-weight'];
  const wave = Number.parseInt(text ?? '', 10);
  return Number.isNaN(wave) ? 0 : wave;
}

/** Whether an object's annotation carries a sync option such as `Prune=false`. */
export function hasSyncOption(object: GenericObject, option: string): boolean {
  return listed(object, OPTIONS).includes(option);
}

export function hasCompareOption(
  object: GenericObject,
  option: string,
): boolean {
  return listed(object, COMPARE_OPTIONS).includes(option);
}
