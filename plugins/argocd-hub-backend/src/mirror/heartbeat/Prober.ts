import { ServiceUnavailableError } from '@backstage/errors';
import {
  classifyHeartbeat,
  type HeartbeatOutcome,
  resolveHubTimeout,
} from 'backstage-plugin-argocd-hub-common/status';
import { HubError } from '../../hub/HubError';
import type { StoredApplication } from '../../store/ApplicationStore';
import type { MirrorContext } from '../MirrorContext';
import type { RateLimit, Urgency } from './RateLimit';
import { chooseNode, type Target } from './target';

const PROBE_TIMEOUT_MS = 5_000;
const TREE_TIMEOUT_MS = 5_000;
/** A hub that serves a tree slower than this is slow itself. */
const AT_ONCE_MS = 1_000;
const CANDIDATES = 500;
const TREES_A_TRY = 2;

const NO_EVIDENCE: HeartbeatOutcome = { kind: 'no-evidence' };

/** Asks one cluster for a sign of life, through the hub. */
export class Prober {
  readonly #context: MirrorContext;
  readonly #calls: RateLimit;
  readonly #targets = new Map<string, Target>();
  /** How many applications of a cluster led nowhere: the next try begins behind them. */
  readonly #skipped = new Map<string, number>();

  /** @param calls - every call takes a turn of it */
  constructor(context: MirrorContext, calls: RateLimit) {
    this.#context = context;
    this.#calls = calls;
  }

  /**
   * One heartbeat. Rejects with what is no matter of the hub: a failure of the
   * store, or a fault of ours.
   * @returns what it proves; undefined when the hub itself did not answer
   */
  async probe(
    cluster: string,
    urgency: Urgency,
  ): Promise<HeartbeatOutcome | undefined> {
    try {
      const target = await this.#target(cluster, urgency);
      if (!target) {
        return NO_EVIDENCE;
      }
      const outcome = await this.#ask(target, urgency);
      if (outcome.kind === 'no-evidence') {
        this.#drop(cluster);
      }
      // One that moved meanwhile told of another cluster.
      return (await this.#isThere(target, cluster)) ? outcome : NO_EVIDENCE;
    } catch (error) {
      throwUnlessNoAnswer(error);
      return undefined;
    }
  }

  /** Forgets what belongs to clusters that are gone. */
  retain(clusters: ReadonlySet<string>): void {
    for (const known of [this.#targets, this.#skipped]) {
      for (const name of known.keys()) {
        if (!clusters.has(name)) {
          known.delete(name);
        }
      }
    }
  }

  async #ask(target: Target, urgency: Urgency): Promise<HeartbeatOutcome> {
    const { client, signal } = this.#context;
    await this.#calls.turn(urgency, signal);
    const outcome = classifyHeartbeat(
      await client.probe({ ...target, timeoutMs: PROBE_TIMEOUT_MS }),
    );
    return outcome.kind === 'hub-timeout'
      ? resolveHubTimeout(await this.#treeComesAtOnce(target, urgency))
      : outcome;
  }

  async #treeComesAtOnce(target: Target, urgency: Urgency): Promise<boolean> {
    const { client, signal } = this.#context;
    await this.#calls.turn(urgency, signal);
    const askedAt = performance.now();
    try {
      await client.resourceTree(target.application, {
        namespace: target.namespace,
        timeoutMs: AT_ONCE_MS,
      });
      return performance.now() - askedAt <= AT_ONCE_MS;
    } catch (error) {
      throwUnlessNoAnswer(error);
      return false;
    }
  }

  async #target(
    cluster: string,
    urgency: Urgency,
  ): Promise<Target | undefined> {
    const known = this.#targets.get(cluster);
    if (known) {
      if (await this.#isThere(known, cluster)) {
        return known;
      }
      this.#targets.delete(cluster);
    }
    const applications = await this.#applications(cluster);
    const skipped = this.#skipped.get(cluster) ?? 0;
    const tries = Math.min(TREES_A_TRY, applications.length);
    for (let tried = 0; tried < tries; tried++) {
      const application = applications[(skipped + tried) % applications.length];
      const resource = await this.#resource(application, urgency);
      if (resource) {
        const { name, namespace } = application;
        const target = { application: name, namespace, resource };
        this.#targets.set(cluster, target);
        return target;
      }
    }
    this.#skipped.set(cluster, skipped + tries);
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

  /** The hub calls the cluster that the application goes to now, whatever its tree still shows. */
  async #isThere(target: Target, cluster: string): Promise<boolean> {
    const { store, hub } = this.#context;
    const found = await store.applications.get({
      hub: hub.name,
      namespace: target.namespace,
      name: target.application,
    });
    return (
      found !== undefined &&
      !found.deletedAt &&
      'name' in found.cluster &&
      found.cluster.name === cluster
    );
  }

  async #resource(
    { name, namespace }: StoredApplication,
    urgency: Urgency,
  ): Promise<Target['resource'] | undefined> {
    const { client, signal } = this.#context;
    await this.#calls.turn(urgency, signal);
    try {
      return chooseNode(
        await client.resourceTree(name, {
          namespace,
          timeoutMs: TREE_TIMEOUT_MS,
        }),
      );
    } catch (error) {
      throwUnlessNoAnswer(error);
      return undefined;
    }
  }

  #drop(cluster: string): void {
    this.#targets.delete(cluster);
    this.#skipped.set(cluster, (this.#skipped.get(cluster) ?? 0) + 1);
  }
}

/** The hub failed, or too many calls to it are waiting. */
function throwUnlessNoAnswer(error: unknown): void {
  const isNoAnswer =
    error instanceof HubError || error instanceof ServiceUnavailableError;
  if (!isNoAnswer) {
    throw error;
  }
}
