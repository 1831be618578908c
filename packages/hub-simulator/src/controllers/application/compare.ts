import type { HubState } from '../../state/HubState';
import type {
  Application,
  ApplicationStatus,
  AppProject,
  ResourceStatus,
  Source,
} from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { ServedKind } from '../cluster/discovery';
import type { LiveObjects } from '../cluster/LiveObjects';
import type { NewCondition } from './conditions';
import { type Difference, diff } from './diff';
import { applicationHealth } from './health';
import { isHook } from './hooks';
import { ignoredPointers } from './ignoreDifferences';
import { normalizeTarget } from './normalize';
import { objectKey } from './objects';
import { permitsObject } from './permissions';
import { isOutOfSync, resourceStatus } from './resourceStatus';
import { hasManySources, loadTarget, type Target } from './target';
import { instanceName, instanceOf } from './tracking';

/** The live state as the controller has it. */
export interface LiveReader {
  /** throws Argo CD's text while a cluster cannot be listed */
  live(server: string): Promise<LiveObjects>;
  peek(server: string): { kinds: readonly ServedKind[] } | undefined;
}

/** One resource: what Git wants beside what is there. */
export interface Pair {
  target?: GenericObject;
  live?: GenericObject;
  difference: Difference;
  status: ResourceStatus;
}

export interface Comparison {
  sync: ApplicationStatus['sync'];
  health: string;
  pairs: Pair[];
  /** what Git wants to run around a sync */
  hooks: GenericObject[];
  conditions: NewCondition[];
  sourceTypes: string[];
  /** undefined when it could not be loaded */
  live?: LiveObjects;
}

export interface CompareOptions {
  state: HubState;
  caches: LiveReader;
  app: Application;
  project: AppProject;
  sources: Source[];
  revisions: (string | undefined)[];
}

/** Types of conditions that a comparison decides about. */
export const COMPARED = [
  'ComparisonError',
  'SharedResourceWarning',
  'RepeatedResourceWarning',
  'ExcludedResourceWarning',
];

/**
 * Compares an application. `mayFail` is asked when the target state cannot be
 * loaded; undefined when it wants the failure to pass unnoticed.
 */
export async function compare(
  options: CompareOptions,
  mayFail: (isFailing: boolean) => boolean,
): Promise<Comparison | undefined> {
  const { state, caches, app } = options;
  const server = state.resolve(app.spec.destination);
  const conditions: NewCondition[] = [];
  const fail = (message: string) =>
    conditions.push({ type: 'ComparisonError', message });
  let target: Target | undefined;
  try {
    target = await loadOn(server, options);
    mayFail(false);
  } catch (error) {
    if (!mayFail(true)) return undefined;
    fail(`Failed to load target state: ${(error as Error).message}`);
  }
  const kinds = caches.peek(server)?.kinds ?? [];
  const wanted = normalizeTarget(app, target?.manifests ?? [], kinds);
  conditions.push(...wanted.conditions);
  let live: LiveObjects | undefined;
  try {
    live = await caches.live(server);
  } catch (error) {
    fail(`Failed to load live state: ${(error as Error).message}`);
  }
  const isKnown = !!target && !!live;
  const hooks = wanted.objects.filter(isHook);
  const objects = wanted.objects.filter(object => !isHook(object));
  const found = liveObjects(options, server, objects, live);
  conditions.push(...sharedWarnings(app, found));
  const pairs = pairUp(options, { objects, found, isKnown, kinds });
  return {
    sync: {
      status: isKnown ? overall(pairs) : 'Unknown',
      ...comparedWith(app, options, target),
    },
    health: applicationHealth(pairs),
    pairs,
    hooks,
    conditions: [...conditions, ...namespaceErrors(pairs, kinds)],
    sourceTypes: target?.sourceTypes ?? [],
    ...(live && { live }),
  };
}

/** Manifests depend on the versions that the cluster serves. */
async function loadOn(
  server: string,
  { state, caches, app, sources, revisions }: CompareOptions,
): Promise<Target> {
  try {
    await caches.live(server);
  } catch (error) {
    throw new Error(
      `failed to get cluster version for cluster "${server}": ${
        (error as Error).message
      }`,
    );
  }
  return loadTarget(state, app, { sources, revisions });
}

/** What bears the application's mark, and what is there of what Git wants. */
function liveObjects(
  { state, app, project }: CompareOptions,
  server: string,
  objects: GenericObject[],
  live: LiveObjects | undefined,
): Map<string, GenericObject> {
  const found = new Map<string, GenericObject>();
  const marked = live?.managedBy(instanceName(app)) ?? [];
  const wanted = objects.flatMap(object => live?.get(objectKey(object)) ?? []);
  for (const object of [...marked, ...wanted]) {
    if (!permitsObject(state, project, server, object)) continue;
    found.set(objectKey(object), object);
  }
  return found;
}

function pairUp(
  { app, project }: CompareOptions,
  known: {
    objects: GenericObject[];
    found: ReadonlyMap<string, GenericObject>;
    isKnown: boolean;
    kinds: readonly ServedKind[];
  },
): Pair[] {
  const { objects, found, ...context } = known;
  const targets = new Map(objects.map(object => [objectKey(object), object]));
  const keys = [...new Set([...targets.keys(), ...found.keys()])].sort();
  return keys.map(key => {
    const target = targets.get(key);
    const live = found.get(key);
    const ignored = ignoredPointers(
      app.spec.ignoreDifferences,
      (target ?? live)!,
    );
    const difference = diff(target, live, ignored);
    const parts = { target, live, difference };
    const status = resourceStatus({ ...parts, project, ...context });
    return { ...parts, status };
  });
}

function overall(pairs: Pair[]): string {
  return pairs.some(isOutOfSync) ? 'OutOfSync' : 'Synced';
}

/** What the status says it was compared with. */
function comparedWith(
  app: Application,
  { sources, revisions }: CompareOptions,
  target: Target | undefined,
): Omit<ApplicationStatus['sync'], 'status'> {
  const { destination, ignoreDifferences } = app.spec;
  const common = {
    destination,
    ...(ignoreDifferences?.length && { ignoreDifferences }),
  };
  const found = target?.revisions ?? revisions.map(each => each ?? '');
  if (hasManySources(app)) {
    return {
      // The field of a single source is there all the same.
      comparedTo: { ...common, source: { repoURL: '' }, sources },
      revisions: found,
    };
  }
  return {
    comparedTo: { ...common, source: sources[0] },
    ...(found[0] && { revision: found[0] }),
  };
}

function sharedWarnings(
  app: Application,
  found: ReadonlyMap<string, GenericObject>,
): NewCondition[] {
  const own = instanceName(app);
  const { namespace, name } = app.metadata;
  return [...found.values()].flatMap(object => {
    const other = instanceOf(object);
    if (!other || other === own) return [];
    return {
      type: 'SharedResourceWarning',
      message: `${object.kind}/${
        object.metadata.name
      } is part of applications ${namespace}/${name} and ${other.replace(
        /_/g,
        '/',
      )}`,
    };
  });
}

function namespaceErrors(
  pairs: Pair[],
  kinds: readonly ServedKind[],
): NewCondition[] {
  return pairs.flatMap(({ status, target, live }) => {
    const { group = '', kind, version, namespace, name } = status;
    const served = kinds.find(
      each => each.group === group && each.kind === kind,
    );
    if (namespace || !served?.namespaced || !(target ?? live)) return [];
    const gvk = `${group ? `${group}/` : ''}${version}, Kind=${kind}`;
    return {
      type: 'InvalidSpecError',
      message: `Namespace for ${name} ${gvk} is missing.`,
    };
  });
}
