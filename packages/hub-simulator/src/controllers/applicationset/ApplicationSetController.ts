import type { HubState } from '../../state/HubState';
import type {
  ApplicationSet,
  GeneratedResource,
  Generator,
} from '../../types/applicationset';
import type { Application } from '../../types/argocd';
import { requestDeletion, RESOURCES_FINALIZER } from '../application/deletion';
import { TurnQueue } from '../TurnQueue';
import { ApplicationChanges } from './ApplicationChanges';
import { Reconciler } from './Reconciler';
import { isRollingSync } from './conditions';
import { controllerOf } from './ownership';
import { refreshResources, resourceOf } from './resourceStatus';
import { isDeletedInReverse, Steps } from './rollout/steps';

const REACTION_MS = 300;
const REVERSE_DELETION_MS = 10_000;
/** A fleet changes all the time; its sets tell the state of applications a little later. */
const STATUS_DELAY_MS = 5000;

/** Keeps the applications of every set as its generators and template want them. */
export class ApplicationSetController {
  readonly #state: HubState;
  readonly #turns: TurnQueue;
  readonly #reconciler: Reconciler;
  readonly #changes = new ApplicationChanges();
  readonly #waiting = new Map<string, { cancel: () => void; delay: number }>();
  /** applications that do otherwise than the status of their set says, by name */
  readonly #changed = new Map<string, Map<string, GeneratedResource>>();
  /** what of a set must change for the controller to look at it again */
  readonly #prints = new Map<string, string>();

  constructor(state: HubState) {
    this.#state = state;
    this.#turns = new TurnQueue(state.clock);
    this.#reconciler = new Reconciler(state);
  }

  start(): void {
    const { applicationSets, applications, clusters } = this.#state;
    applicationSets.subscribe(({ type, entry }) => {
      const set = entry.object;
      if (type === 'DELETED') this.#collect(set);
      else if (this.#isChanged(set)) this.#enqueue(set);
    });
    // Any event on any cluster Secret wakes every set that lists clusters.
    clusters.subscribe(() => {
      for (const set of applicationSets.list()) {
        if (listsClusters(set.spec.generators)) this.#enqueue(set);
      }
    });
    applications.subscribe(event => {
      const { metadata } = event.entry.object;
      const owner = controllerOf(metadata);
      const change = owner && this.#changes.changeOf(event);
      if (!change) return;
      const set = applicationSets.get(owner.name, metadata.namespace);
      if (!set) return;
      if (change === 'spec' || isRollingSync(set)) this.#enqueue(set);
      else this.#refreshLater(set, event.entry.object);
    });
    for (const set of applicationSets.list()) this.#enqueue(set);
  }

  /** Makes the applications of a set what they should be, now. */
  reconcile(name: string, namespace: string | undefined): void {
    const set = this.#state.applicationSets.get(name, namespace);
    if (!set) return;
    this.#prints.set(keyOf(set), printOf(set));
    if (set.metadata.deletionTimestamp) {
      this.#finalize(set);
      return;
    }
    const retryMs = this.#reconciler.run(set);
    for (const app of this.#reconciler.applier.owned(set)) {
      this.#changes.note(app);
    }
    if (retryMs) this.#enqueue(set, retryMs);
  }

  /** Lets the status of a set follow an application that only does otherwise now. */
  #refreshLater(set: ApplicationSet, app: Application): void {
    const key = keyOf(set);
    const known = this.#changed.get(key);
    const changed = known ?? new Map<string, GeneratedResource>();
    changed.set(app.metadata.name, resourceOf(app));
    if (known) return;
    this.#changed.set(key, changed);
    const { name, namespace } = set.metadata;
    this.#state.clock.after(STATUS_DELAY_MS, () => {
      this.#changed.delete(key);
      this.#state.applicationSets.update(name, namespace, draft => {
        if (draft.status) refreshResources(draft.status, changed);
      });
    });
  }

  #isChanged(set: ApplicationSet): boolean {
    return this.#prints.get(keyOf(set)) !== printOf(set);
  }

  #enqueue(set: ApplicationSet, delay = REACTION_MS): void {
    const key = keyOf(set);
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.delay <= delay) return;
    waiting?.cancel();
    const { name, namespace } = set.metadata;
    const cancel = this.#state.clock.after(delay, () => {
      this.#waiting.delete(key);
      this.#turns.add(() => this.reconcile(name, namespace));
    });
    this.#waiting.set(key, { cancel, delay });
  }

  /** A set that is gone takes its applications with it, as Kubernetes sees to. */
  #collect(set: ApplicationSet): void {
    this.#prints.delete(keyOf(set));
    this.#waiting.get(keyOf(set))?.cancel();
    this.#waiting.delete(keyOf(set));
    for (const app of this.#reconciler.applier.owned(set)) {
      requestDeletion(this.#state, app);
    }
  }

  /** Serves the finalizer of a set that is being deleted. */
  #finalize(set: ApplicationSet): void {
    const { applier } = this.#reconciler;
    const policy = set.spec.syncPolicy?.applicationsSync ?? 'sync';
    if (!['sync', 'create-delete'].includes(policy)) applier.release(set);
    if (isDeletedInReverse(set) && this.#deleteLastStep(set)) {
      this.#enqueue(set, REVERSE_DELETION_MS);
      return;
    }
    const { name, namespace, finalizers = [] } = set.metadata;
    const others = finalizers.filter(each => each !== RESOURCES_FINALIZER);
    if (!others.length) this.#state.applicationSets.delete(name, namespace);
    else if (others.length < finalizers.length) {
      this.#state.applicationSets.update(name, namespace, draft => {
        draft.metadata.finalizers = others;
      });
    }
  }

  /** Deletes one application of the last step that has any; false when none is left. */
  #deleteLastStep(set: ApplicationSet): boolean {
    const owned = this.#reconciler.applier.owned(set);
    const steps = new Steps(set, owned);
    const inSteps = new Set(steps.names.flat());
    const placeOf = ({ metadata }: Application) => steps.indexOf(metadata.name);
    const [next] = owned
      .filter(({ metadata }) => inSteps.has(metadata.name))
      .sort((a, b) => placeOf(b) - placeOf(a));
    if (!next) return false;
    if (!next.metadata.deletionTimestamp) requestDeletion(this.#state, next);
    return true;
  }
}

/** Whether generators list clusters, those inside a matrix or merge included. */
function listsClusters(generators: readonly Generator[] = []): boolean {
  return generators.some(({ clusters, matrix, merge }) => {
    const nested = merge as Generator['matrix'];
    return (
      !!clusters ||
      listsClusters(matrix?.generators) ||
      listsClusters(nested?.generators)
    );
  });
}

function printOf({ spec, metadata, status }: ApplicationSet): string {
  const { labels, annotations, finalizers, deletionTimestamp } = metadata;
  const parts = [spec, labels, annotations, finalizers, deletionTimestamp];
  return JSON.stringify([...parts, status?.applicationStatus]);
}

function keyOf({ metadata }: ApplicationSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}
