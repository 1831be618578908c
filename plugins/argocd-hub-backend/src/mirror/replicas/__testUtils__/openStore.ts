import type { LoggerService } from '@backstage/backend-plugin-api';
import createKnex, { type Knex } from 'knex';
import { DatabaseStore } from '../../../store/DatabaseStore';

/** Says everything on stdout. For processes without a Backstage backend, and without jest. */
export const logger: LoggerService = {
  error: (message, meta) => say('error', message, meta),
  warn: (message, meta) => say('warn', message, meta),
  info: (message, meta) => say('info', message, meta),
  debug: (message, meta) => say('debug', message, meta),
  child: () => logger,
};

/** The store of a process that knows nothing but its connection. */
export async function openStore(options: {
  connection: Knex.PgConnectionConfig;
  leaseTtlMs: number;
}): Promise<DatabaseStore> {
  const { connection, leaseTtlMs } = options;
  const knex = createKnex({ client: 'pg', connection });
  const database = { getClient: async () => knex };
  return DatabaseStore.create({ database, logger, leaseTtlMs });
}

function say(level: string, message: string | Error, meta: unknown): void {
  const what = message instanceof Error ? message.stack : message;
  process.stdout.write(`${level}: ${what} ${JSON.stringify(meta ?? '')}\n`);
}
