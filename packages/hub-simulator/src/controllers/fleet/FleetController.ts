import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Hub } from '../../Hub';
import { isConnectionFault } from '../../net/faults';
import { applicationName } from '../../scenarios/fleet/application';
import type {
  FleetPlan,
  PlannedApplication,
  PlannedService,
  Release,
} from '../../scenarios/fleet/plan';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationEntry } from '../../hub/rendering';
import type { Application } from '../../types/argocd';
import { REFRESH_ANNOTATION } from '../application/refresh';
import { isApplicationHandled } from '../reconcilable';
import type { FleetClusters } from './FleetClusters';
import { byService, dialError } from './paper';
import { paperStatus } from './paperStatus';
import { paperTree } from './paperTree';

const TICK_MS = 100;
/** On average each application is rewritten once in this time (F6.6). */
const IDLE_PERIOD_MS = 150_000;
const REACTION_MS = 300;
const SYNC_MS = 2000;
const ROLLOUT_MS = 3000;
const DELETION_MS = 1000;
const GRACE_MS = 180_000;
const TREE_SKIP_MS = 600_000;

type Step = () => void;

/**
 * The application controller of a fleet on paper: it writes what a controller
 * would write, at the rate at which it would, without any object to compare.
 */
export class FleetController {
  readonly #hub: Hub;
  readonly #clusters: FleetClusters;
  readonly #changeRate: number;
  readonly #idleNoise: boolean;
  readonly #services: Map<string, PlannedService>;
  readonly #plan: FleetPlan;
  readonly #placesOf: Map<PlannedService, PlannedApplication[]>;
  /** names of applications in the order in which they are looked at */
  #round: string[] = [];
  #position = 0;
  #idleDebt = 0;
  #changeDebt = 0;
  readonly #steps: Step[] = [];
  readonly #busy = new Set<string>();
  /** simulated time of the last write of each tree */
  readonly #treesWritten = new Map<string, number>();

  constructor(options: {
    hub: Hub;
    clusters: FleetClusters;
    plan: FleetPlan;
    changeRate?: number;
    idleNoise?: boolean;
  }) {
    this.#hub = options.hub;
    this.#clusters = options.clusters;
    this.#plan = options.plan;
    this.#changeRate = options.changeRate ?? 0;
    this.#idleNoise = options.idleNoise ?? true;
    const services = options.plan.applications.map(({ service }) => service);
    this.#services = new Map(services.map(each => [each.name, each]));
    this.#placesOf = byService(options.plan.applications);
  }

  start(): void {
    const { applications, clock } = this.#hub.state;
    for (const { name } of applications.entries()) {
      this.#treesWritten.set(name, clock.now());
    }
    applications.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#forget(entry);
      else this.#react(entry);
    });
    this.#hub.clock.every(TICK_MS, () => this.#tick());
    this.#hub.state.controllers.subscribe((_shard, isAlive) => {
      if (isAlive) void this.#catchUp();
    });
  }

  #tick(): void {
    const { size } = this.#hub.state.applications;
    if (this.#idleNoise) this.#idleDebt += (size * TICK_MS) / IDLE_PERIOD_MS;
    for (; this.#idleDebt >= 1; this.#idleDebt -= 1) this.#refreshNext();
    this.#changeDebt += (this.#changeRate * TICK_MS) / 1000;
    for (; this.#changeDebt >= 1; this.#changeDebt -= 1) this.#change();
  }

  #refreshNext(): void {
    if (this.#position >= this.#round.length) {
      const { applications, random } = this.#hub.state;
      const names = applications.entries().map(({ name }) => name);
      this.#round = random.shuffle(names);
      this.#position = 0;
    }
    const name = this.#round[this.#position];
    this.#position += 1;
    if (name) this.#refresh(name);
  }

  /** What a refresh writes: the time, and what has become of the cluster. */
  #refresh(name: string, isAsked = false): void {
    const { state } = this.#hub;
    this.#renewTree(name);
    this.#update(name, (draft, now) => {
      draft.status.reconciledAt = now;
      if (draft.metadata.annotations) {
        delete draft.metadata.annotations[REFRESH_ANNOTATION];
      }
      const server = state.tryResolve(draft.spec.destination);
      const cache = server ? this.#clusters.peek(server) : undefined;
      const isLost = draft.status.sync.status === 'Unknown';
      if (!cache?.error) {
        if (isLost) paperStatus.find(draft, this.#serviceOf(draft));
        return;
      }
      const failsFor = state.clock.now() - (cache.failingSince ?? 0);
      if (!isAsked && failsFor < GRACE_MS) return;
      paperStatus.lose(draft, server!, cache.error, now);
    });
  }

  /** A lost tree is written again only when the last write is long ago (F10.2.4). */
  #renewTree(name: string): void {
    const { state } = this.#hub;
    const { trees } = state.redis;
    const key = `${CONTROL_PLANE}/${name}`;
    const isKnown = trees.touch(key);
    const now = state.clock.now();
    const since = now - (this.#treesWritten.get(name) ?? -Infinity);
    if (isKnown || since < TREE_SKIP_MS) return;
    this.#treesWritten.set(name, now);
    trees.set(key, () => paperTree(state, name));
  }

  /** One write: the next step of a rollout under way, or the first of a new one. */
  #change(): void {
    const step = this.#steps.shift();
    if (step) {
      step();
      return;
    }
    this.#release();
    this.#steps.shift()?.();
  }

  /** A service gets a new release, which goes from cluster to cluster. */
  #release(): void {
    const { random } = this.#hub.state;
    const { service } = random.pick(this.#plan.applications);
    const last = service.releases.at(-1)!;
    const [major, minor] = last.tag.split('.').map(Number);
    const tag = `${major}.${minor + 1}.0`;
    const release: Release = { revision: random.hex(40), tag, ageMs: 0 };
    service.releases.push(release);
    if (service.releases.length > 12) service.releases.shift();
    const steps = this.#placesOf
      .get(service)!
      .map(({ cluster }) => applicationName(service.name, cluster.name))
      .map(name => this.#rollout(name, service, release));
    // Step by step over all clusters, as a webhook would start them all at once.
    for (let at = 0; at < 5; at += 1) {
      for (const each of steps) this.#steps.push(each[at]);
    }
  }

  /** The writes of one deployment; one in twenty is degraded for a moment. */
  #rollout(name: string, service: PlannedService, release: Release): Step[] {
    const isTroubled = this.#hub.state.random.chance(0.05);
    const health = (status: string) => () =>
      this.#update(name, (draft, now) => {
        if (this.#dialError(draft)) return;
        paperStatus.setHealth(draft, status, now);
      });
    return [
      () =>
        this.#update(name, draft => paperStatus.setSync(draft, 'OutOfSync')),
      () =>
        this.#update(name, (draft, now) =>
          paperStatus.begin(draft, release, now),
        ),
      () =>
        this.#update(name, (draft, now) =>
          this.#finish(draft, { service, release, now }),
        ),
      health(isTroubled ? 'Degraded' : 'Progressing'),
      health('Healthy'),
    ];
  }

  #react(entry: ApplicationEntry): void {
    const { name, object } = entry;
    if (this.#busy.has(name)) return;
    if (object.metadata.deletionTimestamp) {
      this.#soon(name, DELETION_MS, () => this.#remove(name));
    } else if (object.operation) {
      this.#soon(name, REACTION_MS, () => this.#operate(name));
    } else if (object.metadata.annotations?.[REFRESH_ANNOTATION]) {
      this.#soon(name, REACTION_MS, () => this.#refresh(name, true));
    } else if (!object.status.reconciledAt) {
      this.#soon(name, REACTION_MS, () => this.#operate(name));
    }
  }

  /** Looks at what came while a controller was dead. */
  async #catchUp(): Promise<void> {
    for (const [at, entry] of this.#hub.state.applications
      .entries()
      .entries()) {
      if (at % 200 === 0) await nextTurn();
      if (this.#hub.clock.isStopped) return;
      this.#react(entry);
    }
  }

  #soon(name: string, delay: number, task: () => void): void {
    this.#busy.add(name);
    this.#hub.clock.after(delay, () => {
      this.#busy.delete(name);
      task();
    });
  }

  /** A sync that somebody asked for, or the first one of a new application. */
  #operate(name: string): void {
    const { state, clock } = this.#hub;
    const app = state.applications.get(name, CONTROL_PLANE);
    if (!app) return;
    const service = this.#serviceOf(app);
    const release = service.releases.at(-1)!;
    this.#update(name, (draft, now) => {
      draft.status.reconciledAt = now;
      paperStatus.begin(draft, release, now);
    });
    clock.after(SYNC_MS, () => {
      this.#renewTree(name);
      this.#update(name, (draft, now) => {
        if (!this.#finish(draft, { service, release, now })) return;
        paperStatus.setHealth(draft, 'Progressing', now);
      });
    });
    clock.after(SYNC_MS + ROLLOUT_MS, () =>
      this.#update(name, (draft, now) => {
        if (draft.status.health.status !== 'Progressing') return;
        paperStatus.setHealth(draft, 'Healthy', now);
      }),
    );
  }

  /** Ends an operation; without its cluster it fails (F5.11). */
  #finish(
    draft: Application,
    options: { service: PlannedService; release: Release; now: string },
  ): boolean {
    if (draft.status.operationState?.phase !== 'Running') return false;
    const error = this.#dialError(draft);
    if (error) paperStatus.fail(draft, error, options.now);
    else paperStatus.finish(draft, options);
    return !error;
  }

  /** What a controller meets that dials the cluster now; undefined when it gets through. */
  #dialError({ spec }: Application): string | undefined {
    const server = this.#hub.state.tryResolve(spec.destination);
    if (!server) return undefined;
    const own = this.#hub.dialFaults.find(server, 'controller');
    const spoke = this.#hub.spokeOf(server);
    const kind = own ?? spoke?.faults.find(isConnectionFault)?.kind;
    if (!kind || kind === 'half-open') return undefined;
    return dialError(server, kind);
  }

  /** Needs the cluster, as a real deletion does. */
  #remove(name: string): void {
    const { state } = this.#hub;
    const app = state.applications.get(name, CONTROL_PLANE);
    if (!app?.metadata.deletionTimestamp) return;
    const server = state.tryResolve(app.spec.destination);
    const error = server && this.#clusters.peek(server)?.error;
    if (!error && isApplicationHandled(state, app)) {
      state.applications.delete(name, CONTROL_PLANE);
      return;
    }
    this.#update(name, (draft, now) => {
      if (!error) return;
      const type = 'DeletionError';
      const condition = { type, message: error, lastTransitionTime: now };
      draft.status.conditions = [condition];
    });
    this.#soon(name, 5 * DELETION_MS, () => this.#remove(name));
  }

  #update(
    name: string,
    change: (draft: Application, now: string) => void,
  ): void {
    const { applications, clock } = this.#hub.state;
    applications.update(name, CONTROL_PLANE, draft => {
      if (!isApplicationHandled(this.#hub.state, draft)) return;
      change(draft, clock.timestamp());
    });
  }

  #forget({ namespace, name }: ApplicationEntry): void {
    this.#treesWritten.delete(name);
    this.#hub.state.redis.trees.delete(`${namespace}/${name}`);
  }

  #serviceOf({ metadata }: Application): PlannedService {
    const name = metadata.labels?.['app.kubernetes.io/name'] ?? '';
    return this.#services.get(name) ?? this.#plan.applications[0].service;
  }
}
