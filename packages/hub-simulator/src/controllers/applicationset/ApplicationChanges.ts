import { createHash } from 'node:crypto';
import type { Application } from '../../types/argocd';
import type { StoreEvent } from '../../state/Reader';

/**
 * What of an application has changed: something that its set decides, or only
 * how it does. Most changes are neither, as the application controller rewrites
 * every status again and again.
 */
export type Change = 'spec' | 'status' | undefined;

/** Tells which changes of applications concern their sets. */
export class ApplicationChanges {
  readonly #seen = new Map<string, { spec: string; status: string }>();

  /** Remembers how an application looks, before anything of it changes. */
  note(app: Application): void {
    this.#seen.set(keyOf(app), printsOf(app));
  }

  /** What an event means for the set of the application. */
  changeOf({ type, entry }: StoreEvent<Application>): Change {
    const app = entry.object;
    const key = keyOf(app);
    if (type === 'DELETED') {
      this.#seen.delete(key);
      return 'spec';
    }
    const before = this.#seen.get(key);
    const now = printsOf(app);
    this.#seen.set(key, now);
    if (!before) return undefined;
    if (before.spec !== now.spec) return 'spec';
    return before.status === now.status ? undefined : 'status';
  }
}

function printsOf({ metadata, spec, status }: Application) {
  const { annotations, labels, finalizers } = metadata;
  const owned = JSON.stringify([spec, annotations, labels, finalizers]);
  const { phase, startedAt } = status?.operationState ?? {};
  return {
    spec: createHash('sha1').update(owned).digest('base64'),
    status: [
      status?.health?.status,
      status?.sync?.status,
      phase,
      startedAt,
    ].join(),
  };
}

function keyOf({ metadata }: Application): string {
  return `${metadata.namespace}/${metadata.name}`;
}
