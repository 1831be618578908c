import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBenchmarks } from '../paths';
import type { Gauges } from './Gauges';

const PRELOAD = inBenchmarks('src', 'processes', 'gauges.cjs');
const STOP_MS = 10_000;
const ANSWER_MS = 60_000;
const SHOWN_LINES = 15;

class Died extends Error {}

/** Writes a CPU profile of what is between the two into `BENCH_CPU_PROF`. */
type Profiling = 'profile' | 'profiled';

/** A measured process. It ends with this one, whatever happens. */
export class Child {
  static readonly #alive = new Set<Child>();

  readonly name: string;
  readonly startedAt = performance.now();
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<string>;
  #stopping = false;
  #asked = 0;

  static start(options: {
    name: string;
    /** binary */
    node: string;
    args: string[];
    cwd: string;
    env: NodeJS.ProcessEnv;
    log: string;
    /** port of the hub, so that calls of it can be told from others */
    hubPort?: number;
    /** its output holds a secret and stays out of the log */
    keepOutput?: boolean;
  }): Child {
    return new Child(options);
  }

  /** Ends all that still run, at once. */
  static killAll(): void {
    for (const child of Child.#alive) child.#process.kill('SIGKILL');
  }

  private constructor(options: Parameters<typeof Child.start>[0]) {
    const { node, args, cwd, env, log, hubPort } = options;
    this.name = options.name;
    this.#log = log;
    const output = createWriteStream(log, { mode: 0o600 });
    this.#process = spawn(node, ['--require', PRELOAD, ...args], {
      cwd,
      env: { ...env, BENCH_HUB_PORT: String(hubPort ?? 0) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    if (!options.keepOutput) this.#process.stdout!.pipe(output, { end: false });
    this.#process.stderr!.pipe(output, { end: false });
    this.#process.setMaxListeners(0);
    Child.#alive.add(this);
    this.#exited = new Promise(resolve => {
      this.#process.once('error', error => resolve(error.message));
      this.#process.once('close', (code, signal) => {
        Child.#alive.delete(this);
        output.end(() => resolve(signal ?? `exit code ${code}`));
      });
    });
  }

  /** The first line of its output that is a JSON object. */
  async json<T>(): Promise<T> {
    const line = new Promise<string>(resolve => {
      let text = '';
      this.#process.stdout!.on('data', (data: Buffer) => {
        text += data;
        const found = text
          .split('\n')
          .slice(0, -1)
          .find(it => it[0] === '{');
        if (found) resolve(found);
      });
    });
    return JSON.parse(await Promise.race([line, this.died()])) as T;
  }

  /** Resolves when the check does; rejects when the process ends or time is up. */
  async until<T>(
    what: string,
    check: () => Promise<T | undefined | false>,
    options: { timeoutMs: number; everyMs?: number },
  ): Promise<T> {
    const { timeoutMs, everyMs = 100 } = options;
    const deadline = performance.now() + timeoutMs;
    let why: unknown = '';
    while (performance.now() < deadline) {
      try {
        const result = await Promise.race([check(), this.died()]);
        if (result) return result;
      } catch (error) {
        if (error instanceof Died) throw error;
        why = error;
      }
      await sleep(everyMs);
    }
    const seconds = timeoutMs / 1000;
    throw new Error(
      `${
        this.name
      }: waited ${seconds} s in vain for ${what} ${why}. The end of its log:\n${this.#tail()}`,
    );
  }

  /** `reset` begins anew with peaks and delays, `reset-delay` with delays alone. */
  async gauges(
    ask: 'read' | 'reset' | 'reset-delay' | Profiling = 'read',
  ): Promise<Gauges> {
    this.#asked += 1;
    const id = this.#asked;
    const answer = new Promise<Gauges>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.name} does not answer`)),
        ANSWER_MS,
      );
      const hear = (message: { id: number; gauges: Gauges }) => {
        if (message.id !== id) return;
        clearTimeout(timer);
        this.#process.off('message', hear);
        resolve(message.gauges);
      };
      this.#process.on('message', hear);
    });
    this.#process.send({ id, ask });
    return Promise.race([answer, this.died()]);
  }

  /** Rejects when the process ends by itself; never resolves. */
  async died(): Promise<never> {
    const how = await this.#exited;
    if (this.#stopping) return new Promise(() => {});
    throw new Died(`${this.name} ended (${how}):\n${this.#tail()}`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(late);
  }

  #tail(): string {
    return readFileSync(this.#log, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-SHOWN_LINES)
      .join('\n');
  }
}
