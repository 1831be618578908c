// Takes a lease and begins a write that never ends, as a process of its own.
// What it is told comes as JSON.
import type { Knex } from 'knex';
import { openStore } from './openStore';

/** What the process is told. */
export interface WriterSetup {
  connection: Knex.PgConnectionConfig;
  resource: string;
  leaseTtlMs: number;
  /** Asked in the middle of the write. */
  query: string;
}

// Nobody may outlive the test, however that ends.
process.stdin.resume().on('end', () => process.exit());

async function main(): Promise<void> {
  const setup: WriterSetup = JSON.parse(process.argv[2]);
  const { leases } = await openStore(setup);
  const lease = await leases.acquire(setup.resource);
  await leases.withLease(lease!, async transaction => {
    process.stdout.write('writing\n');
    await transaction.raw(setup.query);
    await new Promise(() => undefined);
  });
}

main();
