// Mirrors and nothing else, as a process of its own, with a lease that does not
// last long, so that a test need not either. What it is told comes as JSON.
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { readConfig } from '../../../config';
import { Mirrors } from '../../Mirrors';
import { logger, openStore } from './openStore';

/** What the process is told. */
export interface MirrorSetup {
  connection: Knex.PgConnectionConfig;
  config: JsonObject;
  leaseTtlMs: number;
}

// Nobody may outlive the test, however that ends.
process.stdin.resume().on('end', () => process.exit());

async function main(): Promise<void> {
  const setup: MirrorSetup = JSON.parse(process.argv[2]);
  const store = await openStore(setup);
  Mirrors.create({
    config: readConfig(new ConfigReader(setup.config)),
    store,
    logger,
    onChange: () => undefined,
  }).start();
  process.stdout.write('started\n');
}

main();
