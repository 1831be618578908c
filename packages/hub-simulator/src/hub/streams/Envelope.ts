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
    this.#around = Object.fromEntries(
      TYPES.map(type => {
        const event = { result: { type, [key]: MARK } };
        const json = JSON.stringify(filter ? filter.apply(event) : event);
        const [head, tail = ''] = json.split(JSON.stringify(MARK));
        return [type, { head: Buffer.from(head), tail: Buffer.from(tail) }];
      }),
    );
  }

  /** The pieces of an event; the first is the same buffer for the same type. */
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
