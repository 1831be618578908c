import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a run happens: directories, binaries, environment. */
export class Place {
  /** Node of ours and of the simulator */
  readonly node: string;
  /** Node of the incumbents */
  readonly incumbentsNode: string;
  readonly env: NodeJS.ProcessEnv;
  /** address of the PostgreSQL of all our backends; files of SQLite where absent */
  readonly postgres?: string;
  readonly #directory: string;

  constructor(options: {
    directory: string;
    incumbentsNode: string;
    postgres?: string;
  }) {
    this.node = process.execPath;
    this.incumbentsNode = options.incumbentsNode;
    this.postgres = options.postgres;
    this.#directory = options.directory;
    const { NODE_OPTIONS: _, NODE_ENV: __, ...env } = process.env;
    this.env = env;
    mkdirSync(this.#directory, { recursive: true });
  }

  /** A file of this run, in a directory that exists. */
  file(...names: string[]): string {
    const path = join(this.#directory, ...names);
    mkdirSync(join(path, '..'), { recursive: true });
    return path;
  }
}
