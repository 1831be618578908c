import type { SpokeClient } from '../../net/SpokeClient';
import type { Spoke } from '../../spoke/Spoke';
import type { SpokeEvent } from '../../spoke/SpokeStore';
import type { HubState } from '../../state/HubState';
import type { ClusterSecret } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { objectKey } from '../application/objects';
import { discover, isExcluded, type ServedKind } from './discovery';
import { LiveObjects } from './LiveObjects';

/** A failed sync is tried again at most this often. */
const RETRY_MS = 10_000;
/** `ARGOCD_CLUSTER_CACHE_RESYNC_DURATION`: after this a cache is filled anew. */
const RESYNC_MS = 12 * 3_600_000;
/** How often a broken watch tries to come back. */
const WATCH_RETRY_MS = 1000;

export interface ClusterCacheOptions {
  server: string;
  state: HubState;
  client: SpokeClient;
  spoke: Spoke | undefined;
  /** whether the controller's packets reach the spoke now */
  reaches: () => boolean;
  /** hears of changed objects; of undefined when much may have changed */
  onChange: (object: GenericObject | undefined) => void;
}

/**
 * The controller's copy of one cluster. It is filled by listing every kind over
 * TLS with the registered credential; changes then come in-process from the
 * spoke's store, as a watch would bring them, and only while the spoke can be
 * reached. A synced cache does not notice that its spoke has gone (F2.8).
 */
export class ClusterCache {
  readonly #options: ClusterCacheOptions;
  #objects = new LiveObjects();
  #kinds: readonly ServedKind[] = [];
  #serverVersion: string | undefined;
  /** of the last attempt, good or bad; undefined before it and when invalid */
  #attempt: { at: number; time: number; error?: string } | undefined;
  #syncing: Promise<void> | undefined;
  #stopWatch: (() => void) | undefined;

  constructor(options: ClusterCacheOptions) {
    this.#options = options;
  }

  get objects(): LiveObjects {
    return this.#objects;
  }

  get kinds(): readonly ServedKind[] {
    return this.#kinds;
  }

  get serverVersion(): string | undefined {
    return this.#serverVersion;
  }

  /** RFC 3339 time of the last attempt, good or bad; undefined while invalid */
  get syncedAt(): string | undefined {
    const { clock } = this.#options.state;
    return this.#attempt && clock.timestamp(new Date(this.#attempt.time));
  }

  /** real time of the last attempt in milliseconds since 1970 */
  get attemptedAt(): number | undefined {
    return this.#attempt?.time;
  }

  get error(): string | undefined {
    return this.#attempt?.error;
  }

  /** Fills the cache when that is due; throws why it could not be filled. */
  async ensureSynced(): Promise<void> {
    if (!this.#isCurrent()) {
      this.#syncing ??= this.#sync().finally(() => {
        this.#syncing = undefined;
      });
      await this.#syncing;
    }
    if (this.error) throw new Error(this.error);
  }

  /** Makes the next reader wait for a new sync. */
  invalidate(): void {
    this.#attempt = undefined;
    this.#stopWatch?.();
    this.#stopWatch = undefined;
  }

  #isCurrent(): boolean {
    if (!this.#attempt) return false;
    const { at, error } = this.#attempt;
    const lasts = error ? RETRY_MS : RESYNC_MS;
    return this.#options.state.clock.now() < at + lasts;
  }

  async #sync(): Promise<void> {
    const { clock } = this.#options.state;
    this.#stopWatch?.();
    this.#stopWatch = undefined;
    // What was open says nothing of who answers there now.
    this.#options.client.renew(this.#options.server);
    let error: string | undefined;
    try {
      await this.#fill();
      this.#stopWatch = this.#watch();
    } catch (reason) {
      error = (reason as Error).message;
    }
    this.#attempt = { at: clock.now(), time: Date.now(), error };
  }

  /** Lists everything, and adds what changes meanwhile. */
  async #fill(): Promise<void> {
    const { server, state, client, spoke } = this.#options;
    const secret = state.clusterByServer(server) ?? secretOf(server);
    const meanwhile: SpokeEvent[] = [];
    const unsubscribe = spoke?.store.subscribe(event => meanwhile.push(event));
    try {
      this.#serverVersion = await this.#version(secret);
      this.#kinds = await discover(client, secret).catch(error => {
        throw prefixed('failed to get api resources', error);
      });
      const objects = new LiveObjects();
      for (const kind of this.#kinds) {
        if (isExcluded(kind.group, kind.kind)) continue;
        for (const object of await this.#list(secret, kind))
          objects.set(object);
      }
      for (const event of meanwhile) applyEvent(objects, event);
      this.#objects = objects;
    } finally {
      unsubscribe?.();
    }
  }

  /** Since 3.4 with its patch, before that `Major.Minor`. */
  async #version({ data }: ClusterSecret): Promise<string> {
    const { state, client } = this.#options;
    const path = '/version?timeout=32s';
    try {
      const { gitVersion } = await client.call<{ gitVersion: string }>(data, {
        path,
      });
      const [, major, minor, patch] =
        /^v?(\d+)\.(\d+)\.(\d+)/.exec(gitVersion) ?? [];
      if (!major) return gitVersion;
      return state.version.isAtLeast('3.4')
        ? `v${major}.${minor}.${patch}`
        : `${major}.${minor}`;
    } catch (error) {
      const text = 'failed to get server version';
      throw prefixed(`${text}: ${text}`, error);
    }
  }

  /** One kind that cannot be listed fails the whole cache (F10.3.3). */
  async #list(
    { data }: ClusterSecret,
    kind: ServedKind,
  ): Promise<GenericObject[]> {
    const { group, version, resource } = kind;
    const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
    const scopes = scopesOf(data, kind);
    const found: GenericObject[] = [];
    try {
      for (const scope of scopes) {
        const path = `${root}${scope}/${resource}?limit=500&resourceVersion=0`;
        found.push(...(await this.#pages(data, path)));
      }
    } catch (error) {
      const name = group ? `${kind.kind}.${group}` : kind.kind;
      throw prefixed(`failed to load initial state of resource ${name}`, error);
    }
    const apiVersion = group ? `${group}/${version}` : version;
    return found.map(object => ({ apiVersion, kind: kind.kind, ...object }));
  }

  async #pages(
    data: ClusterSecret['data'],
    path: string,
  ): Promise<GenericObject[]> {
    const found: GenericObject[] = [];
    for (let next = ''; ; ) {
      const { items, metadata } = await this.#options.client.call<{
        items: GenericObject[] | null;
        metadata?: { continue?: string };
      }>(data, { path: `${path}${next}` });
      found.push(...(items ?? []));
      if (!metadata?.continue) return found;
      next = `&continue=${encodeURIComponent(metadata.continue)}`;
    }
  }

  #watch(): (() => void) | undefined {
    const { spoke, reaches, state, onChange } = this.#options;
    if (!spoke) return undefined;
    let stopPoll: (() => void) | undefined;
    const comeBack = () => {
      if (!reaches()) return;
      stopPoll?.();
      stopPoll = undefined;
      this.#fill().then(() => onChange(undefined), beginPoll);
    };
    function beginPoll() {
      if (state.clock.isStopped) return;
      stopPoll ??= state.clock.every(WATCH_RETRY_MS, comeBack);
    }
    const unsubscribe = spoke.store.subscribe(event => {
      if (!reaches()) beginPoll();
      else if (this.#takes(event)) this.#take(event);
    });
    return () => {
      unsubscribe();
      stopPoll?.();
    };
  }

  #takes({ of, entry }: SpokeEvent): boolean {
    if (isExcluded(of.group, of.kind)) return false;
    const { server, state } = this.#options;
    const secret = state.clusterByServer(server);
    if (!secret?.data.namespaces?.length) return true;
    const { namespace } = entry.object.metadata;
    return namespace
      ? secret.data.namespaces.includes(namespace)
      : !!secret.data.clusterResources;
  }

  #take(event: SpokeEvent): void {
    const { object } = event.entry;
    const before = this.#objects.get(objectKey(object));
    applyEvent(this.#objects, event);
    const { onChange } = this.#options;
    onChange(event.type === 'DELETED' ? before ?? object : object);
  }
}

/** A watch brings objects as JSON. */
function applyEvent(objects: LiveObjects, { type, entry }: SpokeEvent): void {
  if (type === 'DELETED') objects.delete(objectKey(entry.object));
  else objects.set(JSON.parse(entry.json) as GenericObject);
}

/** With namespaces only these are listed, and what has none only when asked to. */
function scopesOf(
  { namespaces, clusterResources }: ClusterSecret['data'],
  { namespaced }: ServedKind,
): string[] {
  if (!namespaces?.length) return [''];
  if (namespaced) return namespaces.map(name => `/namespaces/${name}`);
  return clusterResources ? [''] : [];
}

function prefixed(prefix: string, error: unknown): Error {
  return new Error(`${prefix}: ${(error as Error).message}`);
}

/** Argo CD's own cluster needs no Secret. */
function secretOf(server: string): ClusterSecret {
  return {
    metadata: { name: '' },
    data: { name: 'in-cluster', server, config: {} },
  };
}
