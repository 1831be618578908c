/** Held by the one replica that mirrors a hub, or does other work alone. Every write carries it. */
export interface Lease {
  /** What is leased: a hub by its name, or, with a colon in it, something else. */
  resource: string;
  epoch: number;
}

export interface LeaseStore {
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly ttlMs: number;
  /** Takes or renews; undefined while another holder has it. */
  acquire(resource: string): Promise<Lease | undefined>;
  /** Renews it and never takes it anew; false where it ran out, was freed or another has it. */
  renew(lease: Lease): Promise<boolean>;
  /** Frees it; nothing happens where it was lost. */
  release(lease: Lease): Promise<void>;
  /** Frees it, and forgets that it ever was: for things that are seldom leased twice. */
  drop(lease: Lease): Promise<void>;
  /** Forgets what was leased by a replica that died, other than hubs. */
  forgetAbandoned(): Promise<void>;
  /** Leases that somebody holds now: milliseconds until they would run out, by resource. */
  held(): Promise<Map<string, number>>;
}
