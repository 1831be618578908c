import {
  classifyHeartbeat,
  type HeartbeatOutcome,
  resolveHubTimeout,
} from 'backstage-plugin-argocd-hub-common';
import type { StoredApplication } from '../../store/types';
import type { MirrorContext } from '../MirrorContext';
import type { Pace } from './pace';
import { chooseNode, type Target } from './target';

const PROBE_TIMEOUT_MS = 5_000;
const TREE_TIMEOUT_MS = 5_000;
/** A hub that serves a tree slower than this is slow itself. */
const AT_ONCE_MS = 1_000;
const CANDIDATES = 50;
const TREES_A_TRY = 2;

/** Asks one cluster for a sign of life, through the hub. */
export class Prober {
  readonly #context: MirrorContext;
  readonly #pace: Pace;
  readonly #targets = new Map<string, Target>();
  /** How many applications of a cluster led nowhere: the next try begins behind them. */
  readonly #skipped = new Map<string, number>();

  /** @param pace - of which the caller has taken a turn for each heartbeat */
  constructor(context: MirrorContext, pace: Pace) {
    this.#context = context;
    this.#pace = pace;
  }

  /**
   * One heartbeat.
   * @returns what it proves; undefined when the hub itself did not answer
   */
  async probe(cluster: string): Promise<HeartbeatOutcome | undefined> {
    try {
      const target = await this.#target(cluster);
      if (!target) {
        return { kind: 'no-evidence' };
      }
      const outcome = await this.#ask(target);
      if (outcome.kind === 'no-evidence') {
        this.#drop(cluster);
      }
      return outcome;
    } catch {
      return undefined;
    }
  }

  async #ask(target: Target): Promise<HeartbeatOutcome> {
    const outcome = classifyHeartbeat(
      await this.#context.client.probe({
        ...target,
        timeoutMs: PROBE_TIMEOUT_MS,
      }),
    );
    return outcome.kind === 'hub-timeout'
      ? resolveHubTimeout(await this.#treeComesAtOnce(target))
      : outcome;
  }

  async #treeComesAtOnce(target: Target): Promise<boolean> {
    try {
      await this.#context.client.resourceTree(target.application, {
        namespace: target.namespace,
        timeoutMs: AT_ONCE_MS,
      });
      return true;
    } catch {
      return false;
    }
  }

  async #target(cluster: string): Promise<Target | undefined> {
    const known = this.#targets.get(cluster);
    if (known) {
      return known;
    }
    const applications = await this.#applications(cluster);
    const skipped = this.#skipped.get(cluster) ?? 0;
    for (let tried = 0; tried < TREES_A_TRY; tried++) {
      const position = (skipped + tried) % (applications.length || 1);
      const application = applications[position];
      const resource = application && (await this.#resource(application));
      if (resource) {
        const { name, namespace } = application;
        const target = { application: name, namespace, resource };
        this.#targets.set(cluster, target);
        return target;
      }
    }
    this.#skipped.set(cluster, skipped + TREES_A_TRY);
    return undefined;
  }

  /** Smallest tree first: the hub reads all of it for every heartbeat. */
  async #applications(cluster: string): Promise<StoredApplication[]> {
    const { store, hub } = this.#context;
    const found = await store.applications.list({
      hub: hub.name,
      cluster,
      limit: CANDIDATES,
    });
    return found
      .filter(({ resources, deletedAt }) => resources !== 0 && !deletedAt)
      .sort((a, b) => (a.resources ?? 1_000) - (b.resources ?? 1_000));
  }

  async #resource({
    name,
    namespace,
  }: StoredApplication): Promise<Target['resource'] | undefined> {
    const { client, signal } = this.#context;
    await this.#pace.turn(signal);
    const nodes = await client
      .resourceTree(name, { namespace, timeoutMs: TREE_TIMEOUT_MS })
      .catch(() => []);
    return chooseNode(nodes);
  }

  #drop(cluster: string): void {
    this.#targets.delete(cluster);
    this.#skipped.set(cluster, (this.#skipped.get(cluster) ?? 0) + 1);
  }
}
