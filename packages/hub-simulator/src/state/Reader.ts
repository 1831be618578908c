import type { KubernetesObject } from '../types/kubernetes';
import type { Entry } from './Entry';

export interface StoreEvent<T extends KubernetesObject, F = unknown> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  entry: Entry<T, F>;
}

/** Objects of one kind as somebody sees them, with change events. */
export interface Reader<T extends KubernetesObject, F = unknown> {
  readonly size: number;
  /** resource version of the last change that was seen, as a list tells it */
  readonly resourceVersion: string;
  get(name: string, namespace?: string): T | undefined;
  entry(name: string, namespace?: string): Entry<T, F> | undefined;
  /** Every entry, sorted by namespace and name. */
  entries(): readonly Entry<T, F>[];
  list(): T[];
  subscribe(listener: (event: StoreEvent<T, F>) => void): () => void;
}
