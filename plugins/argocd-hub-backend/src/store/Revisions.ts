/** For how long, in milliseconds, another replica may go on with what was true before a write. */
export const SEEN_WITHIN_MS = 250;

/** Parts of the store that are read again only after they changed. */
export type RevisionOf = 'applications' | 'clusters' | 'hubs' | 'claims';

/**
 * Opaque; another text means that what it stands for may have changed. Empty
 * while it was never written.
 */
export type Revisions = Readonly<Record<RevisionOf, string>>;

export interface RevisionStore {
  /**
   * What this process wrote before the call is counted; what another replica
   * wrote is within a quarter of a second. To be asked before what it speaks of
   * is read: what is read then is at least as new.
   *
   * The same object while nothing changed.
   */
  current(): Promise<Revisions>;
}
