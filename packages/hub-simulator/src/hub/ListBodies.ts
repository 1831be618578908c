import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ObjectStore } from '../state/ObjectStore';
import type { ApplicationFacts } from '../state/applicationFacts';
import type { Application } from '../types/argocd';
import { essenceOf, type ListFields } from './listFields';
import type { ApplicationEntry } from './rendering';

/** Bodies of so many field lists are kept up to date; older ones are forgotten. */
const KEPT = 4;
/** Items are joined in blocks of this many, so that a long list is few pieces. */
const BLOCK = 256;
/** Making many bodies at once lets others have a turn after this time. */
const TURN_MS = 20;
const COMMA = Buffer.from(',');
const ESSENCE = 'list';

interface Block {
  entries: readonly ApplicationEntry[];
  /** the items, with a comma before each */
  bytes: Buffer;
}

interface Kept {
  fields: ListFields;
  /** the blocks of the last list with these fields */
  blocks: Block[];
}

/**
 * The trimmed bodies of application lists. A body is made once per version of an
 * application: at once when it changes, while the object is in hand, for every
 * field list in use; otherwise when a list asks for it, from a small extract
 * that every application has, as parsing all of a fleet takes many seconds.
 * Lists are joined from blocks, of which only those are joined anew in which
 * something has changed.
 */
export class ListBodies {
  readonly #applications: ObjectStore<Application, ApplicationFacts>;
  /** by the key of the fields; the last used is last */
  readonly #kept = new Map<string, Kept>();

  constructor(applications: ObjectStore<Application, ApplicationFacts>) {
    this.#applications = applications;
    applications.subscribe(({ type, entry }) => {
      if (type === 'DELETED') return;
      entry.derive(ESSENCE, app => JSON.stringify(essenceOf(app)));
      for (const { fields } of this.#kept.values()) {
        entry.derive(fields.key, app => fields.trim(app));
      }
    });
  }

  /** Keeps bodies ready for these fields from now on, before anybody asks. */
  expect(fields: ListFields): void {
    this.#keep(fields);
  }

  /** The items of a list, commas included, as a few pieces of JSON. */
  async join(
    entries: readonly ApplicationEntry[],
    fields: ListFields,
  ): Promise<Buffer[]> {
    const kept = this.#keep(fields);
    const blocks: Block[] = [];
    let turnEnds = performance.now() + TURN_MS;
    for (let start = 0; start < entries.length; start += BLOCK) {
      const known = kept.blocks[blocks.length];
      const end = Math.min(start + BLOCK, entries.length);
      if (known && holds(known, entries, start, end)) blocks.push(known);
      else {
        blocks.push(makeBlock(entries.slice(start, end), fields));
        if (performance.now() > turnEnds) {
          await nextTurn();
          turnEnds = performance.now() + TURN_MS;
        }
      }
    }
    kept.blocks = blocks;
    return blocks.map(({ bytes }, index) =>
      index ? bytes : bytes.subarray(1),
    );
  }

  #keep(fields: ListFields): Kept {
    const kept = this.#kept.get(fields.key) ?? { fields, blocks: [] };
    this.#kept.delete(fields.key);
    this.#kept.set(fields.key, kept);
    if (this.#kept.size > KEPT) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
      for (const entry of this.#applications.entries()) entry.forget(oldest);
    }
    return kept;
  }
}

function bodyOf(entry: ApplicationEntry, fields: ListFields): Buffer {
  if (!fields.isSlim) return entry.derive(fields.key, app => fields.trim(app));
  return entry.keep(fields.key, () => {
    const essence = entry.derive(ESSENCE, app =>
      JSON.stringify(essenceOf(app)),
    );
    return fields.trim(JSON.parse(essence.toString('utf8')) as Application);
  });
}

function makeBlock(
  entries: readonly ApplicationEntry[],
  fields: ListFields,
): Block {
  const pieces = entries.flatMap(entry => [COMMA, bodyOf(entry, fields)]);
  return { entries, bytes: Buffer.concat(pieces) };
}

function holds(
  block: Block,
  entries: readonly ApplicationEntry[],
  start: number,
  end: number,
): boolean {
  if (block.entries.length !== end - start) return false;
  for (let index = start; index < end; index += 1) {
    if (block.entries[index - start] !== entries[index]) return false;
  }
  return true;
}
