import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { Failure } from './failure.mjs';

const GRACE_MS = 10_000;
const isWindows = process.platform === 'win32';

/**
 * A program that runs beside us until we stop it, its output in a log file. It
 * leads a process group of its own, so that stopping it takes its children
 * along and touches nothing else.
 */
export class Service {
  #child;
  #name;
  #logFile;
  #stopping = false;
  #exited;
  #output;

  /**
   * @param {{ name: string, node: string, args: string[], cwd: string,
   *   env: NodeJS.ProcessEnv, logFile: string, keepOutput?: boolean }} options
   *   keepOutput: leave the output to `json`, and only errors to the log, because
   *   the output holds a secret
   */
  static start(options) {
    return new Service(options);
  }

  constructor({ name, node, args, cwd, env, logFile, keepOutput = false }) {
    this.#name = name;
    this.#logFile = logFile;
    const log = createWriteStream(logFile, { mode: 0o600 });
    this.#child = spawn(node, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !isWindows,
    });
    this.#child.stderr.pipe(log, { end: false });
    this.#output = this.#child.stdout;
    if (!keepOutput) this.#output.pipe(log, { end: false });
    this.#exited = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message));
      this.#child.once('close', (code, signal) =>
        log.end(() => resolve(signal ?? `exit code ${code}`)),
      );
    });
  }

  get name() {
    return this.#name;
  }

  /** The first JSON object that the program prints on a line of its own. */
  async json() {
    const lines = createInterface({ input: this.#output });
    const line = new Promise(resolve =>
      lines.on('line', text => text.startsWith('{') && resolve(text)),
    );
    return JSON.parse(await Promise.race([line, this.died()]));
  }

  /** Rejects, with the end of the log, when the program ends by itself. */
  async died() {
    const how = await this.#exited;
    // A program that is being stopped does not die: never settle.
    if (this.#stopping) return new Promise(() => {});
    throw new Failure(
      `The ${this.#name} stopped by itself (${how}). The end of its log:\n\n` +
        `${this.tail()}\n\nThe whole log: ${this.#logFile}`,
    );
  }

  /** The last lines of the log, without colours and the noise of requests. */
  tail(count = 15) {
    const lines = stripVTControlCharacters(readFileSync(this.#logFile, 'utf8'))
      .split('\n')
      .filter(line => line.trim() && !line.includes('type="incomingRequest"'));
    return lines.slice(-count).join('\n') || '(empty)';
  }

  /** Ends the program and all it started; by force after ten seconds. */
  async stop() {
    this.#stopping = true;
    this.#signal('SIGTERM');
    const deadline = Date.now() + GRACE_MS;
    while (this.#isAlive() && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    this.kill();
  }

  /** Ends the program and all it started, at once. */
  kill() {
    this.#stopping = true;
    if (this.#isAlive()) this.#signal('SIGKILL');
  }

  #isAlive() {
    return this.#signal(0);
  }

  /** Signals the whole group; says whether anyone was there. */
  #signal(signal) {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      if (!isWindows) return process.kill(-pid, signal);
      if (signal === 0) return process.kill(pid, 0);
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
      return true;
    } catch {
      return false;
    }
  }
}
