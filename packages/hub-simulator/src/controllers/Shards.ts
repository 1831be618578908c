import type { ClusterSecret } from '../types/argocd';

/** Argo CD's application controllers: each looks after whole clusters. */
export class Shards {
  readonly count: number;
  readonly #dead = new Set<number>();
  readonly #listeners = new Set<(shard: number, isAlive: boolean) => void>();

  constructor(count = 1) {
    this.count = count;
  }

  /** The shard that a cluster's Secret names, else one by hash; 0 without Secret. */
  shardOf(cluster: ClusterSecret | undefined): number {
    if (!cluster) return 0;
    const { shard } = cluster.data;
    if (shard !== undefined && shard >= 0 && shard < this.count) return shard;
    return hash(cluster.metadata.uid ?? '') % this.count;
  }

  isAlive(shard: number): boolean {
    return !this.#dead.has(shard);
  }

  /** The controller of this shard stops in its tracks. */
  kill(shard: number): void {
    this.#check(shard);
    if (this.#dead.has(shard)) return;
    this.#dead.add(shard);
    this.#tell(shard, false);
  }

  /** It starts anew, without any of its caches. */
  revive(shard: number): void {
    this.#check(shard);
    if (this.#dead.delete(shard)) this.#tell(shard, true);
  }

  /** Hears of every death and every start. */
  subscribe(listener: (shard: number, isAlive: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #check(shard: number): void {
    if (Number.isInteger(shard) && shard >= 0 && shard < this.count) return;
    throw new Error(`there is no shard ${shard}, only 0 to ${this.count - 1}`);
  }

  #tell(shard: number, isAlive: boolean): void {
    for (const listener of [...this.#listeners]) listener(shard, isAlive);
  }
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}
