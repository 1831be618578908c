import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALLED = '/usr/lib/postgresql';
/** Ports that may not be listened on yet. */
const taken = new Set<number>();

/** A PostgreSQL of the test's own, which it may stop as it likes. */
export class OwnPostgres {
  readonly port: number;
  readonly #bin: string;
  readonly #data: string;

  /** Where there is one to start: a Debian package, and somebody it runs as. */
  static isAvailable(): boolean {
    return binaries() !== undefined && (!isRoot() || isUser('postgres'));
  }

  static async start(): Promise<OwnPostgres> {
    const data = mkdtempSync(join(tmpdir(), 'replicas-'));
    const server = new OwnPostgres(binaries()!, data, await freePort());
    if (isRoot()) {
      execFileSync('chown', ['postgres', data]);
    }
    await server.#run(
      'initdb',
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-N',
    );
    await server.resume();
    return server;
  }

  private constructor(bin: string, data: string, port: number) {
    this.#bin = bin;
    this.#data = data;
    this.port = port;
  }

  /** Stops it: `fast` ends sessions in order, `immediate` is a crash. */
  async halt(mode: 'fast' | 'immediate'): Promise<void> {
    await this.#run('pg_ctl', '-D', this.#data, '-m', mode, '-w', 'stop');
  }

  /** Starts it anew, on the same port. */
  async resume(): Promise<void> {
    const options = [
      `-p ${this.port}`,
      `-k ${this.#data}`,
      ...['listen_addresses=127.0.0.1', 'fsync=off', 'max_connections=100'].map(
        setting => `-c ${setting}`,
      ),
    ].join(' ');
    const log = join(this.#data, 'log');
    await this.#run(
      'pg_ctl',
      '-D',
      this.#data,
      '-l',
      log,
      '-w',
      '-o',
      options,
      'start',
    );
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    await this.halt('immediate').catch(() => undefined);
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #run(program: string, ...given: string[]): Promise<void> {
    const command = [join(this.#bin, program), ...given];
    const [file, ...rest] = isRoot()
      ? ['runuser', '-u', 'postgres', '--', ...command]
      : command;
    // Without pipes: the server would keep them open.
    const child = spawn(file, rest, { stdio: 'ignore', cwd: this.#data });
    const [code] = await once(child, 'exit');
    if (code !== 0) {
      throw new Error(`${program} ended with ${code}`);
    }
  }
}

/** A port of loopback that nobody listens on, and that was not given before. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  if (taken.has(port)) {
    return freePort();
  }
  taken.add(port);
  return port;
}

function binaries(): string | undefined {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(INSTALLED, version, 'bin'))
    .find(bin => existsSync(join(bin, 'initdb')));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** PostgreSQL refuses to run as root. */
function isUser(name: string): boolean {
  try {
    execFileSync('runuser', ['-u', name, '--', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
