import fc from 'fast-check';
import type { ApiDocument } from '../apiDocument';
import { at, type Schema } from './operations';

/** What is longer does not reach a router. */
const MAX_URL = 8_000;

/** In values that are refused; must not come back. */
export const CANARY = 'Zq9canary';

/** Texts at which readers of parameters like to differ. */
const TEXTS = [
  ...['', ' ', '.', '..', '../x', 'a/../b', 'a/..', '..\\x', 'a\\.\\b', '...'],
  ...['a', 'A', 'a b', 'a.', '-a', 'a-', 'a_b', 'a.b', 'é', '😀', 'a/b', '%2f'],
  ...['\u0000', 'a\nb', '\u007f', '\u2028', `${CANARY}\u0000`, `${CANARY}/../`],
  ...[
    '0',
    '1',
    '500',
    '501',
    '-1',
    '+1',
    '1.5',
    '1e2',
    '0x10',
    '007',
    ' 5',
    '5 ',
  ],
  ...[
    '99999999999999999999',
    'NaN',
    'true',
    'false',
    'TRUE',
    'null',
    '[]',
    '{}',
  ],
  ...['constructor', 'hasOwnProperty', '2026-06-01T12:00:00Z', '2026-06-01'],
  ...['2026-13-01T00:00:00Z', '2026-06-01T12:00:00+02:00', CANARY],
];

/** Texts that may or may not fit a schema. */
export function texts(
  document: ApiDocument,
  given: Schema,
): fc.Arbitrary<string> {
  const schema = at<Schema>(document, given as { $ref: string });
  const { maxLength = 20 } = schema;
  const words = (schema.enum ?? []).map(String);
  const limits = [maxLength - 1, maxLength, maxLength + 1]
    .flatMap(length => ['a'.repeat(length), '😀'.repeat(length)])
    .filter(text => encodeURIComponent(text).length < MAX_URL);
  return fc.oneof(
    fc.constantFrom(...TEXTS, ...words),
    fc.constantFrom('a', ...limits, ...words),
    fc.stringMatching(/^[A-Za-z0-9_.:-]{1,12}$/),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
}

/** Values of JSON that mostly fit a schema. */
export function values(
  document: ApiDocument,
  given: Schema,
): fc.Arbitrary<unknown> {
  const schema = at<Schema>(document, given as { $ref: string });
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    return fc.oneof(...choices.map(choice => values(document, choice)));
  }
  const nullable = [schema.type].flat().includes('null');
  const [type] = [schema.type].flat();
  switch (type) {
    case 'object':
      return objects(document, schema);
    case 'array':
      return fc.array(values(document, schema.items!), { maxLength: 3 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: -2, max: 600 });
    default:
      return nullable
        ? fc.option(texts(document, schema))
        : texts(document, schema);
  }
}

function objects(document: ApiDocument, schema: Schema): fc.Arbitrary<object> {
  const { additionalProperties: others, properties, required } = schema;
  if (properties) {
    return fc.record(
      Object.fromEntries(
        Object.entries(properties).map(([key, each]) => [
          key,
          values(document, each),
        ]),
      ),
      { requiredKeys: required },
    );
  }
  return fc.dictionary(
    // Keys may come back: they are what helps to find the place.
    texts(document, schema.propertyNames ?? {}).filter(
      key => key !== '__proto__' && !key.includes(CANARY),
    ),
    values(document, others as Schema),
    { maxKeys: 3 },
  );
}

/** The same values, each with one place that was tampered with. */
export function tampered(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const junk = fc.oneof(
    fc.constantFrom<unknown>(null, true, 1, 1.5, '', CANARY, [], {}, [CANARY]),
    fc.jsonValue({ maxDepth: 1 }),
  );
  return fc
    .tuple(sound, fc.nat(), junk, fc.constantFrom('drop', 'put', 'add'))
    .map(([value, where, other, how]) => {
      const copy = JSON.parse(JSON.stringify({ value }));
      const places = placesOf(copy);
      const [holder, key] = places[where % places.length];
      if (how === 'add' && typeof holder[key] === 'object' && holder[key]) {
        (holder[key] as Record<string, unknown>).unheardOf = other;
      } else if (how === 'drop' && holder !== copy) {
        delete holder[key];
      } else {
        holder[key] = other;
      }
      return copy.value;
    });
}

type Holder = Record<string, unknown>;

function placesOf(holder: Holder): [holder: Holder, key: string][] {
  return Object.keys(holder).flatMap(key => {
    const inner = holder[key];
    const below =
      typeof inner === 'object' && inner !== null
        ? placesOf(inner as Holder)
        : [];
    return [[holder, key] as [Holder, string], ...below];
  });
}
