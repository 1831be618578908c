import type { FieldFilter } from '../FieldFilter';
import type { HubRequest } from '../HubRequest';

/** One frame, before it is known whether the client has it already. */
export interface Frame {
  /** frames of one key are not sent twice in a row; undefined: always sent */
  key?: string;
  json: readonly Buffer[];
  /** the size before `fields` trim it; serialises when called */
  bytes(): number;
}

/** What a stream shows of a hub. */
export interface StreamSource<E> {
  /** What the stream begins with. */
  initial(): Iterable<E>;
  /** How many objects argocd-server copies before the initial events. */
  copies(): number;
  /** Changes from now on. */
  subscribe(listener: (event: E) => void): () => void;
  /** Whether it subscribes before the initial events and so misses nothing. */
  readonly subscribesFirst: boolean;
  /**
   * The frame of an event, undefined when this client may not see it. Throws an
   * ApiError that ends the stream.
   */
  frame(event: E): Frame | undefined;
}

/** Makes the source of one call; throws what the call fails with at once. */
export type OpenSource = (options: {
  request: HubRequest;
  filter: FieldFilter | undefined;
}) => StreamSource<unknown>;
