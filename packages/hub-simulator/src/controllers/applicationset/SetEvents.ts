import type { HubState } from '../../state/HubState';
import { stableUid } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';

/** Kubernetes forgets events after an hour. */
const HOUR_MS = 3_600_000;
const LIMIT_PER_SET = 200;

/** A Kubernetes event about an ApplicationSet. */
export interface SetEvent {
  metadata: Record<string, unknown>;
  involvedObject: Record<string, string>;
  reason: string;
  message: string;
  source: { component: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
  type: string;
  eventTime: null;
  reportingComponent?: string;
}

const logs = new WeakMap<HubState, SetEvents>();

/** The events that Argo CD writes about ApplicationSets of one hub. */
export class SetEvents {
  readonly #state: HubState;
  readonly #events = new Map<string, { at: number; event: SetEvent }[]>();

  static of(state: HubState): SetEvents {
    const known = logs.get(state) ?? new SetEvents(state);
    logs.set(state, known);
    return known;
  }

  private constructor(state: HubState) {
    this.#state = state;
  }

  /** What the controller did to an application of a set. */
  recordController(set: ApplicationSet, reason: string, message: string): void {
    const component = 'applicationset-controller';
    this.#record(set, { component, reason, message });
  }

  /** What a user did through argocd-server. */
  recordCall(
    set: ApplicationSet,
    { reason, user, action }: { reason: string; user: string; action: string },
  ): void {
    const message = `${user} ${action}`;
    this.#record(set, { component: 'argocd-server', reason, message, user });
  }

  /** The events about a set that are not yet forgotten, oldest first. */
  list({ metadata }: ApplicationSet): SetEvent[] {
    const since = Date.now() - this.#state.clock.scaled(HOUR_MS);
    const events = this.#events.get(metadata.uid ?? '') ?? [];
    return events.filter(({ at }) => at > since).map(({ event }) => event);
  }

  #record(
    { metadata }: ApplicationSet,
    what: { component: string; reason: string; message: string; user?: string },
  ): void {
    const { clock, revisions } = this.#state;
    const { name, namespace = '', uid = '', resourceVersion = '' } = metadata;
    const { component, reason, message, user } = what;
    const now = clock.timestamp();
    const revision = revisions.next();
    const event: SetEvent = {
      metadata: {
        name: `${name}.${BigInt(Date.now()).toString(16)}${revision}`,
        namespace,
        uid: stableUid(`${uid} event ${revision}`),
        resourceVersion: revision,
        creationTimestamp: now,
        ...(user && { annotations: { user } }),
      },
      involvedObject: {
        kind: 'ApplicationSet',
        namespace,
        name,
        uid,
        apiVersion: 'argoproj.io/v1alpha1',
        resourceVersion,
      },
      reason,
      message,
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type: 'Normal',
      eventTime: null,
      ...(!user && { reportingComponent: component }),
    };
    const before = this.#events.get(uid) ?? [];
    const events = [...before, { at: Date.now(), event }];
    this.#events.set(uid, events.slice(-LIMIT_PER_SET));
  }
}
