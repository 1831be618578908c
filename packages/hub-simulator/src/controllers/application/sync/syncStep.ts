import type { SpokeClient } from '../../../net/SpokeClient';
import type { HubState } from '../../../state/HubState';
import type {
  Application,
  AppProject,
  ClusterSecret,
  Operation,
  OperationState,
  ResourceResult,
} from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import {
  COMPARED,
  type Comparison,
  compare,
  type LiveReader,
} from '../compare';
import { errorText, setConditions } from '../conditions';
import { withLiveValues } from '../diff';
import { ignoredPointers } from '../ignoreDifferences';
import { objectKey } from '../objects';
import { syncWindows } from '../syncWindows';
import { hasManySources, sourcesOf } from '../target';
import { namespaceTask } from './namespaceTask';
import { SpokeWriter } from './SpokeWriter';
import { type StepOutcome, SyncRun } from './SyncRun';
import type { SyncTask } from './SyncTask';
import { makeTasks, restoreResults } from './taskList';
import { orderPrunes, sortTasks } from './taskOrder';
import { TaskRunner } from './TaskRunner';

type SyncRequest = NonNullable<Operation['sync']>;

export interface SyncStep {
  state: HubState;
  client: SpokeClient;
  caches: LiveReader;
  /** a copy that may be changed */
  app: Application;
  project: AppProject;
  /** of the operation; its results are written here */
  operation: OperationState;
}

/** Does what can be done now for an operation, and says in it how far that went. */
export async function syncStep(step: SyncStep): Promise<void> {
  const { operation } = step;
  const request = operation.operation.sync;
  if (!request) {
    conclude(operation, {
      phase: 'Error',
      message: 'Invalid operation request: no operation specified',
    });
    return;
  }
  operation.syncResult ??= newResult(step.app, request);
  const block = blockedBy(step);
  if (block) {
    if (operation.phase === 'Running') operation.message = block;
    return;
  }
  try {
    conclude(operation, await perform(step, request));
  } catch (error) {
    const { message } = error as Error;
    conclude(operation, { phase: 'Error', message });
  }
}

function conclude(operation: OperationState, outcome: StepOutcome): void {
  Object.assign(operation, outcome);
}

/** What to sync: what was asked for, else what the spec says. */
function newResult(app: Application, request: SyncRequest) {
  const { source, sources, revision = '', revisions } = request;
  const isGiven = !!source || !!sources?.length;
  const own = sourcesOf(app);
  const ownMany = hasManySources(app) ? own : undefined;
  const many = isGiven ? sources : ownMany;
  return {
    revision,
    source: (isGiven ? source : !many && own[0]) || { repoURL: '' },
    ...(many?.length && { sources: many }),
    ...(revisions?.length && { revisions }),
  };
}

/** Windows hold an operation back without failing it. */
function blockedBy({ app, project, operation }: SyncStep): string | undefined {
  const text = 'Sync operation blocked by sync window';
  try {
    const isAllowed = syncWindows(project, app, Date.now()).canSync({
      isManual: !operation.operation.initiatedBy?.automated,
      startedAt: Date.parse(operation.startedAt),
    });
    return isAllowed ? undefined : text;
  } catch (error) {
    return `${text}: ${(error as Error).message}`;
  }
}

async function perform(
  step: SyncStep,
  request: SyncRequest,
): Promise<StepOutcome> {
  const { state, caches, app, project, operation } = step;
  const result = operation.syncResult!;
  const sources = result.sources?.length ? result.sources : [result.source!];
  const revisions = result.sources?.length
    ? result.revisions ?? []
    : [result.revision];
  const options = { state, caches, app, project, sources, revisions };
  const comparison = (await compare(options, () => true))!;
  const { revision, revisions: resolved } = comparison.sync;
  result.revision = result.sources?.length ? '' : revision ?? '';
  if (result.sources?.length) {
    result.revisions = resolved ?? (revision ? [revision] : []);
  }
  const now = state.clock.timestamp();
  setConditions(app, comparison.conditions, COMPARED, now);
  const shared = app.status.conditions?.find(
    ({ type }) => type === 'SharedResourceWarning',
  );
  if (shared && optionsOf(request).includes('FailOnSharedResource=true')) {
    return {
      phase: 'Failed',
      message: `Shared resource found: ${shared.message}`,
    };
  }
  const errors = errorText(app);
  if (errors) return { phase: 'Error', message: errors };
  return run(step, request, comparison);
}

async function run(
  { state, client, app, project, operation }: SyncStep,
  request: SyncRequest,
  comparison: Comparison,
): Promise<StepOutcome> {
  const server = state.resolve(app.spec.destination);
  const cluster = state.clusterByServer(server) ?? ownCluster(server);
  const results = resultsOf(operation);
  const isStarted = results.size > 0;
  const writer = new SpokeWriter(client, cluster);
  const options = optionsOf(request);
  const { force } =
    request.syncStrategy?.apply ?? request.syncStrategy?.hook ?? {};
  const runner = new TaskRunner({
    state,
    project,
    server,
    writer,
    dryRun: !!request.dryRun,
    prune: !!request.prune,
    force: !!force,
    syncOptions: options,
    results,
  });
  const made = makeTasks({
    app,
    request,
    pairs: targetsFor(app, comparison, options),
    hooks: comparison.hooks,
    live: comparison.live,
    revision: comparison.sync.revision ?? '',
    startedAt: operation.startedAt,
  });
  const targets = made.flatMap(({ target }) => target ?? []);
  const namespace = options.includes('CreateNamespace=true')
    ? await namespaceTask(app, targets, writer)
    : undefined;
  const all = namespace ? [...made, namespace] : made;
  orderPrunes(all, options.includes('PruneLast=true'));
  const tasks = sortTasks(all);
  restoreResults(tasks, results);
  const syncRun = new SyncRun({
    state,
    runner,
    tasks,
    ...(namespace && { namespaceTask: namespace }),
    isStarted,
    isWanted: wantedBy(options, comparison),
  });
  const outcome =
    operation.phase === 'Terminating'
      ? await syncRun.terminate()
      : await syncRun.step();
  const { resources: _, ...rest } = operation.syncResult!;
  operation.syncResult = {
    ...(results.size && { resources: [...results.values()] }),
    ...rest,
  };
  return outcome;
}

function optionsOf({ syncOptions }: SyncRequest): string[] {
  return syncOptions ?? [];
}

/** `RespectIgnoreDifferences` leaves what does not count as it is. */
function targetsFor(
  { spec }: Application,
  { pairs }: Comparison,
  options: readonly string[],
) {
  if (!options.includes('RespectIgnoreDifferences=true')) return pairs;
  return pairs.map(pair => {
    const { target, live } = pair;
    if (!target || !live) return pair;
    const pointers = ignoredPointers(spec.ignoreDifferences, target);
    return { ...pair, target: withLiveValues(target, live, pointers) };
  });
}

function wantedBy(
  options: readonly string[],
  { pairs }: Comparison,
): (task: SyncTask) => boolean {
  if (!options.includes('ApplyOutOfSyncOnly=true')) return () => true;
  const synced = new Set(
    pairs
      .filter(({ difference }) => !difference.modified)
      .map(({ target, live }) => objectKey((target ?? live) as GenericObject)),
  );
  return task => task.isHook || !synced.has(objectKey(task.object));
}

function resultsOf({
  syncResult,
}: OperationState): Map<string, ResourceResult> {
  return new Map(
    (syncResult?.resources ?? []).map(result => {
      const { group, kind, namespace, name, syncPhase } = result;
      return [`${group}/${kind}/${namespace}/${name}:${syncPhase}`, result];
    }),
  );
}

/** The hub's own cluster needs no Secret. */
function ownCluster(server: string): ClusterSecret {
  return {
    metadata: { name: '' },
    data: { name: 'in-cluster', server, config: {} },
  };
}
