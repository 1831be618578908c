import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Hub } from '../../Hub';
import type { FleetPlan, PlannedService } from '../../scenarios/fleet/plan';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationEntry } from '../../hub/rendering';
import type { Application } from '../../types/argocd';
import { REFRESH_ANNOTATION } from '../application/refresh';
import { isApplicationHandled } from '../reconcilable';
import type { FleetClusters } from './FleetClusters';
import { paperStatus } from './paperStatus';
import { paperTree } from './paperTree';
import { PaperWriter } from './PaperWriter';
import { Releases } from './Releases';

const TICK_MS = 100;
/** On average each application is rewritten once in this time (F6.6). */
const IDLE_PERIOD_MS = 150_000;
const REACTION_MS = 300;
const SYNC_MS = 2000;
const ROLLOUT_MS = 3000;
const DELETION_MS = 1000;
const GRACE_MS = 180_000;
const TREE_SKIP_MS = 600_000;

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
  readonly #writer: PaperWriter;
  readonly #releases: Releases;
  /** names of applications in the order in which they are looked at */
  #round: string[] = [];
  #position = 0;
  #idleDebt = 0;
  #changeDebt = 0;
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
    this.#writer = new PaperWriter(options.hub);
    this.#releases = new Releases({
      random: options.hub.state.random,
      writer: this.#writer,
      applications: options.plan.applications,
    });
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
    this.#hub.state.shards.subscribe((_shard, isAlive) => {
      if (isAlive) void this.#catchUp();
    });
  }

  #tick(): void {
    const { size } = this.#hub.state.applications;
    if (this.#idleNoise) this.#idleDebt += (size * TICK_MS) / IDLE_PERIOD_MS;
    for (; this.#idleDebt >= 1; this.#idleDebt -= 1) this.#refreshNext();
    this.#changeDebt += (this.#changeRate * TICK_MS) / 1000;
    for (; this.#changeDebt >= 1; this.#changeDebt -= 1)
      this.#releases.deployNext();
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
    this.#writer.update(name, (draft, now) => {
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
    this.#writer.update(name, (draft, now) => {
      draft.status.reconciledAt = now;
      paperStatus.begin(draft, release, now);
    });
    clock.after(SYNC_MS, () => {
      this.#renewTree(name);
      this.#writer.update(name, (draft, now) => {
        if (!this.#writer.finish(draft, { service, release, now })) return;
        paperStatus.setHealth(draft, 'Progressing', now);
      });
    });
    clock.after(SYNC_MS + ROLLOUT_MS, () =>
      this.#writer.update(name, (draft, now) => {
        if (draft.status.health.status !== 'Progressing') return;
        paperStatus.setHealth(draft, 'Healthy', now);
      }),
    );
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
    this.#writer.update(name, (draft, now) => {
      if (!error) return;
      const type = 'DeletionError';
      const condition = { type, message: error, lastTransitionTime: now };
      draft.status.conditions = [condition];
    });
    this.#soon(name, 5 * DELETION_MS, () => this.#remove(name));
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
