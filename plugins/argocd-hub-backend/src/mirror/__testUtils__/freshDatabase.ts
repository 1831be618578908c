import type {
  TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';

let last: Promise<unknown> = Promise.resolve();

/**
 * An empty database for one of several tests that run at once. They must ask
 * one after the other: of two first ones that ask together, TestDatabases
 * forgets one and never closes it.
 */
export async function freshDatabase(
  databases: TestDatabases,
  id: TestDatabaseId,
): Promise<Knex> {
  const next = last.then(() => databases.init(id));
  last = next.catch(() => undefined);
  return next;
}
