import type { HubState } from '../../state/HubState';
import type {
  Application,
  ApplicationSet,
  ApplicationSetCondition,
} from '../../types/argocd';
import { requestDeletion } from '../application/deletion';
import { generate, type Generated } from './generate';

const REACTION_MS = 300;
const ERROR_RETRY_MS = 180_000;
const RESOURCES_LIMIT = 5000;
const REFRESH = 'argocd.argoproj.io/refresh';

/** Keeps the applications of every set as its generators and template want them. */
export class ApplicationSetController {
  readonly #state: HubState;
  readonly #waiting = new Map<string, { cancel: () => void; delay: number }>();
  readonly #specs = new Map<string, string>();

  constructor(state: HubState) {
    this.#state = state;
  }

  start(): void {
    const { applicationSets, applications, clusters } = this.#state;
    applicationSets.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#deleteApplications(entry.object);
      else if (this.#isChanged(entry.object)) this.#enqueue(entry.object);
    });
    clusters.subscribe(() => {
      for (const set of applicationSets.list()) this.#enqueue(set);
    });
    applications.subscribe(({ entry }) => {
      const owner = this.#ownerOf(entry.object);
      if (owner) this.#enqueue(owner);
    });
    for (const set of applicationSets.list()) this.#enqueue(set);
  }

  /** Makes the applications of a set what they should be, now. */
  reconcile(name: string, namespace: string | undefined): void {
    const set = this.#state.applicationSets.get(name, namespace);
    if (!set) return;
    this.#specs.set(keyOf(set), specOf(set));
    try {
      const generated = generate(this.#state, set);
      this.#applyAll(set, generated);
      this.#writeStatus(set, generated);
      if (generated.errors.length) this.#enqueue(set, ERROR_RETRY_MS);
    } catch (error) {
      this.#writeConditions(set, [
        {
          type: 'ErrorOccurred',
          status: 'True',
          reason: 'ApplicationParamsGenerationError',
          message: (error as Error).message,
        },
        {
          type: 'ParametersGenerated',
          status: 'False',
          reason: 'ErrorOccurred',
          message: (error as Error).message,
        },
      ]);
      this.#enqueue(set, ERROR_RETRY_MS);
    }
  }

  #isChanged(set: ApplicationSet): boolean {
    return this.#specs.get(keyOf(set)) !== specOf(set);
  }

  #enqueue(set: ApplicationSet, delay = REACTION_MS): void {
    const key = keyOf(set);
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.delay <= delay) return;
    waiting?.cancel();
    const { name, namespace } = set.metadata;
    const cancel = this.#state.clock.after(delay, () => {
      this.#waiting.delete(key);
      this.reconcile(name, namespace);
    });
    this.#waiting.set(key, { cancel, delay });
  }

  #applyAll(set: ApplicationSet, { applications }: Generated): void {
    const policy = set.spec.syncPolicy?.applicationsSync ?? 'sync';
    const wanted = new Set(applications.map(app => app.metadata.name));
    for (const app of applications) this.#apply(app, policy);
    if (!['sync', 'create-delete'].includes(policy)) return;
    for (const app of this.#owned(set)) {
      if (wanted.has(app.metadata.name)) continue;
      if (!app.metadata.deletionTimestamp) this.#remove(app);
    }
  }

  #apply(app: Application, policy: string): void {
    const { name, namespace } = app.metadata;
    const { applications } = this.#state;
    const current = applications.get(name, namespace);
    if (!current) {
      applications.create(app);
      return;
    }
    if (!['sync', 'create-update'].includes(policy)) return;
    applications.update(name, namespace, draft => {
      const refresh = draft.metadata.annotations?.[REFRESH];
      draft.spec = app.spec;
      draft.metadata.finalizers = app.metadata.finalizers;
      draft.metadata.ownerReferences = app.metadata.ownerReferences;
      setOrDelete(draft.metadata, 'labels', app.metadata.labels);
      setOrDelete(draft.metadata, 'annotations', {
        ...app.metadata.annotations,
        ...(refresh !== undefined && { [REFRESH]: refresh }),
      });
    });
  }

  /** Without a valid destination the resources finalizer is dropped first. */
  #remove(app: Application): void {
    const { applications } = this.#state;
    const { name, namespace } = app.metadata;
    if (this.#state.tryResolve(app.spec.destination)) {
      requestDeletion(this.#state, app);
    } else {
      applications.delete(name, namespace);
    }
  }

  #deleteApplications(set: ApplicationSet): void {
    this.#specs.delete(keyOf(set));
    for (const app of this.#owned(set)) requestDeletion(this.#state, app);
  }

  #owned({ metadata }: ApplicationSet): Application[] {
    return this.#state.applications
      .list()
      .filter(app =>
        app.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid),
      );
  }

  #ownerOf({ metadata }: Application): ApplicationSet | undefined {
    const owner = metadata.ownerReferences?.find(
      ({ kind }) => kind === 'ApplicationSet',
    );
    return (
      owner && this.#state.applicationSets.get(owner.name, metadata.namespace)
    );
  }

  #writeStatus(set: ApplicationSet, { errors }: Generated): void {
    const resources = this.#owned(set).map(resourceOf);
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    const error = errors.length ? `${errors.at(-1)}${more}` : undefined;
    this.#writeConditions(
      set,
      [
        {
          type: 'ErrorOccurred',
          status: error ? 'True' : 'False',
          reason: error
            ? 'ApplicationValidationError'
            : 'ApplicationSetUpToDate',
          message: error ?? 'All applications have been generated successfully',
        },
        {
          type: 'ParametersGenerated',
          status: 'True',
          reason: 'ParametersGenerated',
          message: 'Successfully generated parameters for all Applications',
        },
        {
          type: 'ResourcesUpToDate',
          status: error ? 'False' : 'True',
          reason: error
            ? 'ApplicationValidationError'
            : 'ApplicationSetUpToDate',
          message: error ?? 'All applications have been generated successfully',
        },
      ],
      resources,
    );
  }

  #writeConditions(
    { metadata }: ApplicationSet,
    conditions: Omit<ApplicationSetCondition, 'lastTransitionTime'>[],
    resources?: unknown[],
  ): void {
    const { applicationSets, clock } = this.#state;
    applicationSets.update(metadata.name, metadata.namespace, draft => {
      const before = draft.status?.conditions ?? [];
      const stamped = conditions.map(condition => {
        const same = before.find(({ type }) => type === condition.type);
        const isSame =
          same?.status === condition.status &&
          same.message === condition.message;
        const lastTransitionTime = isSame
          ? same.lastTransitionTime
          : clock.timestamp();
        return { ...condition, lastTransitionTime };
      });
      const failed = stamped.find(
        ({ type, status }) => type === 'ErrorOccurred' && status === 'True',
      );
      draft.status = {
        ...draft.status,
        conditions: stamped,
        ...(resources && {
          resources: resources.slice(0, RESOURCES_LIMIT),
          resourcesCount: resources.length,
        }),
        health: failed
          ? { status: 'Degraded', message: failed.message }
          : {
              status: 'Healthy',
              message: 'All applications have been generated successfully',
            },
      };
    });
  }
}

function resourceOf({ metadata, status }: Application) {
  return {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    name: metadata.name,
    namespace: metadata.namespace,
    status: status.sync.status,
    health: status.health,
  };
}

function setOrDelete<T extends object, K extends keyof T>(
  target: T,
  key: K,
  value: (T[K] & object) | undefined,
): void {
  if (value && Object.keys(value).length) target[key] = value;
  else delete target[key];
}

function specOf({ spec, metadata }: ApplicationSet): string {
  return JSON.stringify([spec, metadata.annotations]);
}

function keyOf({ metadata }: ApplicationSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}
