import type { Application } from '../types/argocd';
import type { Clock } from '../clock';
import type { Entry } from './Entry';
import type { ApplicationFacts } from './applicationFacts';
import { stableUid } from './names';
import type { ObjectStore } from './ObjectStore';
import type { Revisions } from './Revisions';

/** Kubernetes forgets events after an hour. */
const HOUR_MS = 3_600_000;
/** So many are kept at most; a fleet makes more than anybody reads. */
const LIMIT = 10_000;

type AppEntry = Entry<Application, ApplicationFacts>;

/** A Kubernetes event about an application, as the hub's API server keeps it. */
export interface AppEvent {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    annotations: Record<string, string>;
  };
  involvedObject: {
    kind: 'Application';
    namespace: string;
    name: string;
    uid: string;
    apiVersion: string;
    resourceVersion: string;
  };
  reason: string;
  message: string;
  source: { component: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
  type: string;
}

/** What of an application makes an event when it changes. */
interface Seen {
  sync: string;
  health: string;
  operation: string;
}

/**
 * The events that Argo CD writes about applications into the hub's Kubernetes
 * API. Those of argocd-server are recorded by the calls; those of the controller
 * are read off the changes that it makes.
 */
export class AppEvents {
  readonly #clock: Clock;
  readonly #revisions: Revisions;
  readonly #seen = new Map<string, Seen>();
  #events: { at: number; event: AppEvent }[] = [];

  constructor(options: {
    applications: ObjectStore<Application, ApplicationFacts>;
    clock: Clock;
    revisions: Revisions;
  }) {
    this.#clock = options.clock;
    this.#revisions = options.revisions;
    options.applications.subscribe(({ type, entry }) => {
      const key = `${entry.namespace}/${entry.name}`;
      if (type === 'DELETED') this.#seen.delete(key);
      else this.#observe(key, entry);
    });
  }

  /** The events about one application that are not yet forgotten, oldest first. */
  of({ metadata }: Application): AppEvent[] {
    const since = this.#clock.now() - HOUR_MS;
    this.#events = this.#events.filter(({ at }) => at > since);
    return this.#events
      .map(({ event }) => event)
      .filter(({ involvedObject }) => involvedObject.uid === metadata.uid);
  }

  /** Notes what a call to argocd-server did; the user comes first in the text. */
  recordCall(
    app: Application,
    call: { user: string; reason: string; action: string },
  ): void {
    this.#record(app, {
      component: 'argocd-server',
      reason: call.reason,
      message: `${call.user} ${call.action}`,
      annotations: { user: call.user },
    });
  }

  #observe(key: string, { object }: AppEntry): void {
    const before = this.#seen.get(key);
    const now = seenIn(object);
    this.#seen.set(key, now);
    if (!before) return;
    if (before.operation !== now.operation) this.#operation(object);
    if (before.sync !== now.sync) {
      this.#updated(object, 'sync', before.sync, now.sync);
    }
    if (before.health !== now.health) {
      this.#updated(object, 'health', before.health, now.health);
    }
  }

  #updated(app: Application, what: string, from: string, to: string): void {
    this.#record(app, {
      component: 'argocd-application-controller',
      reason: 'ResourceUpdated',
      message: `Updated ${what} status: ${from} -> ${to}`,
    });
  }

  #operation(app: Application): void {
    const component = 'argocd-application-controller';
    const requested = app.operation;
    const { operationState: state } = app.status;
    if (requested?.initiatedBy?.automated && !state?.finishedAt) {
      const revision = requested.sync?.revision ?? '';
      this.#record(app, {
        component,
        reason: 'OperationStarted',
        message: `Initiated automated sync to '${revision}'`,
      });
      return;
    }
    if (requested || !state?.finishedAt) return;
    const { sync } = state.operation;
    const what = (sync?.resources as unknown[] | undefined)?.length
      ? 'Partial sync operation'
      : 'Sync operation';
    const target = state.syncResult ? ` to ${state.syncResult.revision}` : '';
    const succeeded = state.phase === 'Succeeded';
    this.#record(app, {
      component,
      reason: 'OperationCompleted',
      type: succeeded ? 'Normal' : 'Warning',
      message: `${what}${target} ${
        succeeded ? 'succeeded' : `failed: ${state.message}`
      }`,
    });
  }

  #record(
    { metadata, spec }: Application,
    options: {
      component: string;
      reason: string;
      message: string;
      type?: string;
      annotations?: Record<string, string>;
    },
  ): void {
    const { name, namespace = '', uid = '', resourceVersion = '' } = metadata;
    const now = this.#clock.timestamp();
    const revision = this.#revisions.next();
    const id = BigInt(Date.now()) * 1_000_000n + BigInt(revision);
    this.#events.push({
      at: this.#clock.now(),
      event: {
        metadata: {
          name: `${name}.${id.toString(16)}`,
          namespace,
          uid: stableUid(`${uid} event ${revision}`),
          resourceVersion: revision,
          creationTimestamp: now,
          annotations: {
            'dest-server': spec.destination?.server ?? '',
            'dest-namespace': spec.destination?.namespace ?? '',
            ...options.annotations,
          },
        },
        involvedObject: {
          kind: 'Application',
          namespace,
          name,
          uid,
          apiVersion: 'argoproj.io/v1alpha1',
          resourceVersion,
        },
        reason: options.reason,
        message: options.message,
        source: { component: options.component },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type: options.type ?? 'Normal',
      },
    });
    if (this.#events.length > 2 * LIMIT) {
      this.#events = this.#events.slice(-LIMIT);
    }
  }
}

function seenIn({ status, operation }: Application): Seen {
  const { phase, startedAt, finishedAt } = status?.operationState ?? {};
  return {
    sync: status?.sync?.status ?? '',
    health: status?.health?.status ?? '',
    operation: operation
      ? `requested ${phase === undefined}`
      : `${finishedAt ? `${startedAt} ${phase}` : 'none'}`,
  };
}
