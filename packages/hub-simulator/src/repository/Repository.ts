import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { parse } from 'yaml';
import { mergePatch } from '../spoke/patch';
import type { Source } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import { readManifests } from './readManifests';

/** One commit: what it says, and what it changed in the chart's default values. */
export interface Commit {
  revision: string;
  author: string;
  message: string;
  /** RFC 3339 */
  date: string;
  values: Record<string, unknown>;
  /** plain manifests by the directory they lie in; a directory is replaced whole */
  manifests?: Record<string, GenericObject[]>;
}

export type Values = Record<string, unknown>;

/**
 * A Git repository: files of a directory, and commits that overlay the default
 * values of its chart. The last commit is the head of every branch.
 */
export class Repository {
  readonly url: string;
  readonly #directory: string;
  readonly #commits: Commit[] = [];

  constructor(options: { url: string; directory: string }) {
    this.url = options.url;
    this.#directory = options.directory;
  }

  get commits(): readonly Commit[] {
    return this.#commits;
  }

  get head(): Commit {
    const head = this.#commits.at(-1);
    if (!head) throw new Error(`repository ${this.url} has no commit`);
    return head;
  }

  /** Adds a commit on top; its values are merged over those before. */
  commit(options: Omit<Commit, 'revision'>): Commit {
    const parent = this.#commits.at(-1);
    const commit: Commit = {
      ...options,
      values: mergePatch(parent?.values ?? {}, options.values) as Values,
      ...((parent?.manifests ?? options.manifests) && {
        manifests: { ...parent?.manifests, ...options.manifests },
      }),
      revision: createHash('sha1')
        .update(
          [
            parent?.revision,
            options.author,
            options.date,
            options.message,
          ].join(),
        )
        .digest('hex'),
    };
    this.#commits.push(commit);
    return commit;
  }

  restore(commits: Commit[]): void {
    this.#commits.splice(0, this.#commits.length, ...commits);
  }

  /** A commit by SHA, undefined when there is none; any other name is the head. */
  find(revision: string | undefined): Commit | undefined {
    if (!revision || !/^[0-9a-f]{40}$/.test(revision)) return this.head;
    return this.#commits.find(commit => commit.revision === revision);
  }

  /**
   * The plain manifests of a directory, undefined when it holds none. Throws
   * when one of them is none.
   */
  manifests(
    { path = '.' }: Source,
    commit: Commit,
  ): GenericObject[] | undefined {
    const documents = commit.manifests?.[path];
    return documents && readManifests(documents);
  }

  /**
   * The values Helm would see: the chart's own, the commit's, the value files,
   * then the parameters. Throws when the chart or a value file does not exist.
   */
  values(source: Source, commit: Commit): Values {
    const chart = source.path ?? '.';
    if (!existsSync(this.#file(chart, 'Chart.yaml'))) {
      throw new Error(`${chart}: app path does not exist`);
    }
    let values = this.#read(this.#file(chart, 'values.yaml')) ?? {};
    values = mergePatch(values, commit.values) as Values;
    const { helm } = source;
    for (const file of helm?.valueFiles ?? []) {
      if (file === 'values.yaml') continue;
      const overlay = this.#read(this.#file(chart, file));
      if (overlay) values = mergePatch(values, overlay) as Values;
      else if (!helm?.ignoreMissingValueFiles) {
        throw new Error(
          `\`helm template . --values ${file}\` failed exit status 1: Error: open ${file}: no such file or directory`,
        );
      }
    }
    for (const { name, value } of helm?.parameters ?? []) {
      values = mergePatch(values, nested(name.split('.'), value)) as Values;
    }
    return values;
  }

  #file(chart: string, file: string): string {
    const path = normalize(join(chart, file));
    if (path.startsWith('..')) throw new Error(`${file}: outside repository`);
    return join(this.#directory, path);
  }

  #read(path: string): Values | undefined {
    if (!existsSync(path)) return undefined;
    return (parse(readFileSync(path, 'utf8')) as Values | null) ?? {};
  }
}

function nested([key, ...rest]: string[], value: string): Values {
  return { [key]: rest.length ? nested(rest, value) : value };
}
