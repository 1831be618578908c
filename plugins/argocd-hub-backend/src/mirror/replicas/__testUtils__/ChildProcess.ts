import { type ChildProcess as Child, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../__testUtils__/MirrorWorld';

const LARGEST_LOG = 2_000_000;

/** A process of ours that tests may stop, wake and kill. */
export class ChildProcess {
  /** Also what the database calls its connections. */
  readonly name: string;
  readonly #child: Child;
  #log = '';
  #ended = false;

  constructor(options: { name: string; entry: string; setup: object }) {
    this.name = options.name;
    this.#child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        join(__dirname, options.entry),
        JSON.stringify(options.setup),
      ],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
      },
    );
    for (const output of [this.#child.stdout!, this.#child.stderr!]) {
      output.on('data', data => {
        this.#log = (this.#log + data).slice(-LARGEST_LOG);
      });
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** All it said so far. */
  get log(): string {
    return this.#log;
  }

  /** What no process may do: die by itself, or fail where nobody listens. */
  faults(): string[] {
    const unheard = this.#log
      .split('\n')
      .filter(line => /unhandled|uncaught/i.test(line));
    const died = !this.isRunning && !this.#ended;
    return [...unheard, ...(died ? ['died'] : [])].map(
      fault => `${this.name}: ${fault}`,
    );
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Stops it while the database waits for it in the middle of a write. */
  async stopInTransaction(knex: Knex): Promise<void> {
    await until(async () => {
      this.signal('SIGSTOP');
      // What it sent is done then, what was answered lies unread.
      await delay(20);
      const { rows } = await knex.raw(
        `select 1 from pg_stat_activity join pg_locks using (pid)
         where application_name = ? and state = 'idle in transaction'
           and relation = 'leases'::regclass`,
        [this.name],
      );
      if (rows.length) {
        return true;
      }
      this.signal('SIGCONT');
      await delay(Math.random() * 30);
      return false;
    }, 60_000);
  }

  /** Resolves when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.isRunning) {
      return;
    }
    this.#ended = true;
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exit;
  }

  /** @throws an Error with all it said when it does not begin within two minutes */
  async began(check: () => Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + 120_000;
    while (!(await check())) {
      if (!this.isRunning || performance.now() > giveUpAt) {
        await this.end('SIGKILL');
        throw new Error(`${this.name} did not start:\n${this.#log}`);
      }
      await delay(100);
    }
  }
}
