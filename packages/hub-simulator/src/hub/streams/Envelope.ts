import type { StoreEvent } from '../../state/Reader';
import type { Fate, FieldFilter } from '../FieldFilter';

export type EventType = StoreEvent<never>['type'];

const TYPES: EventType[] = ['ADDED', 'MODIFIED', 'DELETED'];
const MARK = '\u0000';

/** What stands around the object of an event: `{"result":{"type":…,"application":` and `}}`. */
export class Envelope {
  /** what a field filter leaves of the object */
  readonly fate: Fate;
  readonly #around: Record<string, { head: Buffer; tail: Buffer }>;

  /** @param options - `key`: the name of the object, such as `application` */
  constructor(options: { key: string; filter: FieldFilter | undefined }) {
    const { key, filter } = options;
    this.fate = fateOf(filter, ['result', key]);
    const heads = new Map<string, Buffer>();
    const once = (head: string): Buffer => {
      heads.set(head, heads.get(head) ?? Buffer.from(head));
      return heads.get(head)!;
    };
    this.#around = Object.fromEntries(
      TYPES.map(type => {
        const event = { result: { type, [key]: MARK } };
        const json = JSON.stringify(filter ? filter.apply(event) : event);
        const [head, tail = ''] = json.split(JSON.stringify(MARK));
        return [type, { head: once(head), tail: Buffer.from(tail) }];
      }),
    );
  }

  /** The pieces of an event; the first is the same buffer where it says the same. */
  wrap(type: EventType, object: Buffer): readonly Buffer[] {
    const { head, tail } = this.#around[type];
    return this.fate === 'drop' ? [head] : [head, object, tail];
  }
}

function fateOf(filter: FieldFilter | undefined, keys: string[]): Fate {
  let fate: Fate = filter ?? 'keep';
  for (const key of keys) {
    if (typeof fate === 'string') return fate;
    fate = fate.child(key);
  }
  return fate;
}
