import type { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../../testing/records';
import type { ChangeRecord } from '../ChangeStore';
import type { ApplicationRecord } from '../ApplicationStore';
import { HUB, storeOn } from './storeOn';

export const HOUR = 60 * 60_000;
export const DAY = 24 * HOUR;
/** When the test began, in milliseconds since the epoch. */
export const start = Date.now();
/** A moment before that, as Argo CD writes it. */
export const ago = (milliseconds: number) =>
  new Date(Math.floor((start - milliseconds) / 1000) * 1000).toISOString();

/** An entry of a history. */
export const deployed = (id: number, milliseconds: number, by = 'ada') => ({
  id,
  revision: `rev${id}`,
  deployedAt: ago(milliseconds),
  by,
});

export const key = (name: string) => ({ hub: HUB, namespace: 'argocd', name });

/** What a change says, without where and when. */
export function said(change: ChangeRecord) {
  const { id, hub, namespace, name, cluster, at, ...rest } = change;
  return rest;
}

export const app = (overrides: Partial<ApplicationRecord> = {}) =>
  applicationRecord('a', { uid: 'u1', ...overrides });

/** A store, and a look at the changes of an application. */
export async function changesOn(
  databases: TestDatabases,
  id: Parameters<typeof storeOn>[1],
) {
  const world = await storeOn(databases, id);
  const changesOf = async (name: string) =>
    (
      await world.store.changes.list({
        applications: [key(name)],
        limit: 100,
      })
    ).changes;
  return { ...world, changesOf };
}
