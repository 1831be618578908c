import type { HubState } from '../../state/HubState';
import type { ApplicationSet } from '../../types/applicationset';
import type { Application } from '../../types/argocd';
import { requestDeletion, RESOURCES_FINALIZER } from '../application/deletion';
import { applyDifference, IgnoredDifferences } from './ignoredDifferences';
import { checkName } from './names';
import { normalizeSpec } from './normalizeSpec';
import { controllerOf, ownerReferenceOf, withOwner } from './ownership';
import { sorted } from './rollout/Rollout';
import type { SetEvents } from './SetEvents';

const PRESERVED_ANNOTATIONS = [
  'notified.notifications.argoproj.io',
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/hydrate',
];
const PRESERVED_FINALIZERS = [
  'pre-delete-finalizer.argocd.argoproj.io',
  'post-delete-finalizer.argocd.argoproj.io',
];

/** Makes, changes and deletes the applications of sets. */
export class Applier {
  readonly #state: HubState;
  readonly #events: SetEvents;

  constructor(state: HubState, events: SetEvents) {
    this.#state = state;
    this.#events = events;
  }

  /** The applications that a set controls, by name. */
  owned({ metadata }: ApplicationSet): Application[] {
    return this.#state.applications
      .indexed('owner', metadata.uid ?? '')
      .map(({ object }) => object)
      .filter(app => controllerOf(app.metadata)?.uid === metadata.uid)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /**
   * Creates what is not there and, with `updates`, changes what is otherwise. Goes
   * on after a failure; throws the first one in the end.
   */
  write(
    set: ApplicationSet,
    applications: readonly Application[],
    updates: boolean,
  ): void {
    const ignored = IgnoredDifferences.of(
      set.spec.ignoreApplicationDifferences,
    );
    const names = updates
      ? new Set<string>()
      : new Set(this.owned(set).map(({ metadata }) => metadata.name));
    const failures: Error[] = [];
    const inOrder = [...applications].sort((a, b) =>
      a.metadata.name < b.metadata.name ? -1 : 1,
    );
    for (const app of inOrder) {
      if (names.has(app.metadata.name)) continue;
      try {
        this.#writeOne(set, app, ignored);
      } catch (error) {
        failures.push(error as Error);
      }
    }
    if (failures.length) throw failures[0];
  }

  /** Deletes the applications of a set that it does not name any more. */
  prune(set: ApplicationSet, wanted: ReadonlySet<string>): void {
    for (const app of this.owned(set)) {
      const { name, deletionTimestamp } = app.metadata;
      if (wanted.has(name) || deletionTimestamp) continue;
      requestDeletion(this.#state, this.#withoutLostDestination(set, app));
      this.#events.recordController(
        set,
        'Deleted',
        `Deleted Application "${name}"`,
      );
    }
  }

  /** Gives up the applications of a set, so that they outlive it. */
  release(set: ApplicationSet): void {
    for (const { metadata } of this.owned(set)) {
      const { name, namespace } = metadata;
      this.#state.applications.update(name, namespace, draft => {
        delete draft.metadata.ownerReferences;
      });
    }
  }

  #writeOne(
    set: ApplicationSet,
    app: Application,
    ignored: IgnoredDifferences,
  ): void {
    const { name, namespace } = app.metadata;
    const { applications } = this.#state;
    checkName('Application', name);
    const live = applications.get(name, namespace);
    if (!live) {
      applications.create(app);
      this.#tell(set, 'created', name);
      return;
    }
    const wanted = wantedOf(set, app, live);
    const before = ignored.strip(decided(live));
    const after = ignored.strip(decided(wanted));
    if (textOf(before) === textOf(after)) return;
    applications.update(name, namespace, draft => {
      applyDifference(draft, before, after);
    });
    this.#tell(set, 'updated', name);
  }

  /** Without its cluster an application cannot clean up, and need not wait for it. */
  #withoutLostDestination(set: ApplicationSet, app: Application): Application {
    const { name, namespace, finalizers = [] } = app.metadata;
    const isLost = !this.#state.tryResolve(app.spec.destination);
    if (!isLost || !finalizers.includes(RESOURCES_FINALIZER)) return app;
    const others = finalizers.filter(each => each !== RESOURCES_FINALIZER);
    const updated = this.#state.applications.update(name, namespace, draft => {
      if (others.length) draft.metadata.finalizers = others;
      else delete draft.metadata.finalizers;
    });
    this.#events.recordController(
      set,
      'Updated',
      `Updated Application "${name}" finalizer before deletion, because application has an invalid destination`,
    );
    return updated ?? app;
  }

  #tell(set: ApplicationSet, what: string, name: string): void {
    const message = `${what} Application "${name}"`;
    this.#events.recordController(set, what, message);
  }
}

/** The live application with everything that its set decides. */
function wantedOf(
  set: ApplicationSet,
  app: Application,
  live: Application,
): Application {
  const { preservedFields } = set.spec;
  const annotations = {
    ...app.metadata.annotations,
    ...pick(live.metadata.annotations, [
      ...(preservedFields?.annotations ?? []),
      ...PRESERVED_ANNOTATIONS,
    ]),
  };
  const labels = {
    ...app.metadata.labels,
    ...pick(live.metadata.labels, preservedFields?.labels ?? []),
  };
  const finalizers = [
    ...(app.metadata.finalizers ?? []),
    ...(live.metadata.finalizers ?? []).filter(finalizer =>
      PRESERVED_FINALIZERS.some(each => finalizer.startsWith(each)),
    ),
  ];
  const {
    annotations: _,
    labels: __,
    finalizers: ___,
    ...metadata
  } = live.metadata;
  return {
    ...live,
    metadata: {
      ...metadata,
      ...(Object.keys(annotations).length && { annotations }),
      ...(Object.keys(labels).length && { labels }),
      ...(finalizers.length && { finalizers }),
      ownerReferences: withOwner(live.metadata, ownerReferenceOf(set)),
    },
    spec: app.spec,
    ...(app.operation && { operation: app.operation }),
  };
}

function pick(
  map: Record<string, string> = {},
  keys: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).filter(([key]) => keys.includes(key)),
  );
}

type Decided = Pick<Application, 'metadata' | 'spec' | 'operation'>;

/** The parts of an application that a set can decide; not the big ones. */
function decided({ metadata, spec, operation }: Application): Decided {
  const { managedFields: _, ...rest } = metadata;
  return {
    metadata: rest,
    spec: normalizeSpec(spec),
    ...(operation && { operation }),
  };
}

function textOf(value: Decided): string {
  return JSON.stringify(sorted(value));
}
