import { createHash } from 'node:crypto';
import type { Application } from '../../types/argocd';
import type { StoreEvent } from '../../state/Reader';

/**
 * Tells which changes of applications concern their sets. Most do not: the
 * application controller rewrites every status again and again.
 */
export class ApplicationChanges {
  readonly #seen = new Map<string, string>();

  /** Remembers how an application looks, before anything of it changes. */
  note(app: Application): void {
    this.#seen.set(keyOf(app), printOf(app));
  }

  /** Whether a set must look at its applications after this event. */
  concerns({ type, entry }: StoreEvent<Application>): boolean {
    const app = entry.object;
    const key = keyOf(app);
    if (type === 'DELETED') {
      this.#seen.delete(key);
      return true;
    }
    const before = this.#seen.get(key);
    const now = printOf(app);
    this.#seen.set(key, now);
    return before !== undefined && before !== now;
  }
}

/** What a set owns of an application, and what rollouts go by. */
function printOf({ metadata, spec, status }: Application): string {
  const { phase, startedAt } = status?.operationState ?? {};
  const parts = [
    spec,
    metadata.annotations,
    metadata.labels,
    metadata.finalizers,
    status?.health?.status,
    status?.sync?.status,
    phase,
    startedAt,
  ];
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}

function keyOf({ metadata }: Application): string {
  return `${metadata.namespace}/${metadata.name}`;
}
