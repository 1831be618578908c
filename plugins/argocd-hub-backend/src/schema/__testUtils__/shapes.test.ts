import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiDocument } from '../apiDocument';
import type { Schema } from './operations';
import { shapeOfSchema } from './shapeOfSchema';
import { TypeReader } from './TypeReader';

jest.setTimeout(60_000);

const text = { type: 'string' };
const document = {
  openapi: '3.1.0',
  servers: [],
  paths: {},
  components: {
    schemas: {
      Word: { enum: ['b', 'a'] },
      Tree: {
        type: 'object',
        required: ['below'],
        properties: {
          below: {
            type: 'array',
            items: { $ref: '#/components/schemas/Tree' },
          },
        },
      },
    },
  },
} as ApiDocument;
const tree = { $ref: '#/components/schemas/Tree' };

function object(properties: Record<string, Schema>, ...required: string[]) {
  return { type: 'object', properties, required };
}

const ALIKE: [type: string, schema: Schema][] = [
  [
    '{ a: string; b?: number }',
    object({ a: text, b: { type: 'integer' } }, 'a'),
  ],
  [
    "{ a: 'a' | 'b' }",
    object({ a: { $ref: '#/components/schemas/Word' } }, 'a'),
  ],
  [
    '{ a: boolean[] }',
    object({ a: { type: 'array', items: { type: 'boolean' } } }, 'a'),
  ],
  ['{ a?: true }', object({ a: { type: 'boolean', const: true } })],
  ['{ a: string | null }', object({ a: { type: ['null', 'string'] } }, 'a')],
  ['Record<string, string>', { type: 'object', additionalProperties: text }],
  ["Partial<Record<'a', string>>", object({ a: text })],
  ['{ a: string } & { b: string }', object({ a: text, b: text }, 'a', 'b')],
  [
    '{ a: string } & ({ b: string } | { c: string })',
    {
      oneOf: [
        object({ a: text, c: text }, 'a', 'c'),
        object({ a: text, b: text }, 'a', 'b'),
      ],
    },
  ],
  ['Tree', tree],
];

const DIFFERENT: typeof ALIKE = [
  ['{ a: string; b?: string }', object({ a: text }, 'a')],
  ['{ a: string }', object({ a: text, b: text }, 'a')],
  ['{ a?: string }', object({ a: text }, 'a')],
  ['{ a: string }', object({ a: text })],
  ['{ a: string }', object({ a: { type: 'number' } }, 'a')],
  [
    "{ a: 'a' | 'b' | 'c' }",
    object({ a: { $ref: '#/components/schemas/Word' } }, 'a'),
  ],
  ["{ a: 'a' }", object({ a: { $ref: '#/components/schemas/Word' } }, 'a')],
  ['{ a: string }', object({ a: { enum: ['a'] } }, 'a')],
  ['{ a: string | null }', object({ a: text }, 'a')],
  ['{ a: string[] }', object({ a: text }, 'a')],
  [
    '{ a: { b: string; c?: string } }',
    object({ a: object({ b: text }, 'b') }, 'a'),
  ],
  ['Record<string, string>', { type: 'object', additionalProperties: true }],
  ['{ a: string } | { b: string }', object({ a: text, b: text })],
];

describe('the comparison of types and schemas', () => {
  let directory: string;
  let types: TypeReader;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shapes-'));
    const file = join(directory, 'types.ts');
    const all = [...ALIKE, ...DIFFERENT].map(
      ([type], index) => `export type T${index} = ${type};`,
    );
    await writeFile(
      file,
      ['export interface Tree { below: Tree[] }', ...all].join('\n'),
    );
    types = TypeReader.of(file);
  });

  afterAll(() => rm(directory, { recursive: true }));

  it.each(ALIKE.map((row, index) => [...row, index] as const))(
    'finds %s in %j',
    (_, schema, index) => {
      expect(types.shape(`T${index}`)).toEqual(shapeOfSchema(document, schema));
    },
  );

  it.each(DIFFERENT.map((row, index) => [...row, index] as const))(
    'does not take %s for %j',
    (_, schema, index) => {
      expect(types.shape(`T${ALIKE.length + index}`)).not.toEqual(
        shapeOfSchema(document, schema),
      );
    },
  );
});
