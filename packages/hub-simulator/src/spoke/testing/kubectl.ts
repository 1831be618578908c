import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a command printed, and its exit code. */
export interface Printed {
  code: number;
  out: string;
  err: string;
}

/** The kubectl that `KUBECTL` names, or the first on the PATH. */
export function findKubectl(): string | undefined {
  const given = process.env.KUBECTL;
  const candidates = given
    ? [given]
    : (process.env.PATH ?? '')
        .split(delimiter)
        .map(directory => join(directory, 'kubectl'));
  return candidates.find(isExecutable);
}

/** Runs kubectl with a kubeconfig and a cache of its own. */
export class Kubectl {
  readonly #binary: string;
  readonly #directory: string;

  constructor(binary: string) {
    this.#binary = binary;
    this.#directory = mkdtempSync(join(tmpdir(), 'kubectl-test-'));
  }

  /** Writes a file; its path. */
  write(name: string, content: string): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  run(args: readonly string[], config = 'config'): Promise<Printed> {
    return new Promise(resolve => {
      execFile(
        this.#binary,
        this.#arguments(args, config),
        { timeout: 60_000, env: this.#env() },
        (error, out, err) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
      );
    });
  }

  /** Starts a command that goes on; its output so far, and a way to end it. */
  follow(args: readonly string[]) {
    const child = spawn(this.#binary, this.#arguments(args, 'config'), {
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const output = { text: '' };
    child.stdout.setEncoding('utf8').on('data', chunk => {
      output.text += chunk;
    });
    const ended = new Promise(resolve => child.on('close', resolve));
    const stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    return { output, stop };
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }

  #arguments(args: readonly string[], config: string): string[] {
    return [
      `--kubeconfig=${join(this.#directory, config)}`,
      `--cache-dir=${join(this.#directory, 'cache')}`,
      ...args,
    ];
  }

  #env() {
    const { PATH } = process.env;
    return { PATH, HOME: this.#directory };
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
