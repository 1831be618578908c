import { z } from 'zod';
import {
  clusterName,
  entityParameters,
  entityPart,
  hubName,
  kubernetesName,
  nothing,
  pageSize,
  parse,
  searchText,
  text,
} from './validation';

const query = z.strictObject({
  hub: hubName.optional(),
  q: searchText.optional(),
  limit: pageSize.optional(),
  state: z.enum(['up', 'down']).optional(),
});
const body = z.strictObject({
  name: text({ min: 1, max: 3 }),
  labels: z.record(text({ max: 63 }), text({ max: 3 })).optional(),
  items: z
    .array(text({ max: 3 }))
    .max(2)
    .optional(),
});
const SECRET = 'Zq9canary/=';

it('spells an entity of a path as everybody does', () => {
  const path = { kind: 'Component', namespace: 'Default', name: 'Agent_A' };
  expect(parse(entityParameters, path)).toEqual({
    entityRef: 'component:default/agent_a',
  });
});

describe('parse', () => {
  it.each<[z.ZodType, unknown, string]>([
    [
      query,
      { huub: 'a' },
      "Unknown parameter 'huub'; known are hub, limit, q, state",
    ],
    [
      query,
      { [SECRET]: 'a' },
      'Unknown parameter; known are hub, limit, q, state',
    ],
    [nothing, { x: '1' }, "Unknown parameter 'x'; there is none here"],
    [query, { hub: ['a', 'a'] }, "Invalid 'hub': must be one text, given once"],
    [query, { hub: { x: 'a' } }, "Invalid 'hub': must be one text, given once"],
    [
      query,
      { hub: SECRET },
      'Invalid \'hub\': must be at most 64 lower-case letters, digits or "-"',
    ],
    [
      query,
      { q: 'x'.repeat(201) },
      "Invalid 'q': must have at most 200 characters",
    ],
    [
      query,
      { q: `${SECRET}\u0000` },
      "Invalid 'q': must not hold control characters",
    ],
    [
      query,
      { limit: '0' },
      "Invalid 'limit': must be a whole number from 1 to 500",
    ],
    [query, { state: SECRET }, "Invalid 'state': must be one of up, down"],
    [
      query,
      { state: ['up', 'up'] },
      "Invalid 'state': must be one of up, down",
    ],
    [body, {}, "Invalid 'name': it is missing"],
    [body, { name: '' }, "Invalid 'name': must not be empty"],
    [body, [SECRET], 'Invalid body: must be of type object'],
    [body, { name: 'a', items: 'b' }, "Invalid 'items': must be of type array"],
    [
      body,
      { name: 'a', items: ['b', 1] },
      "Invalid 'items.1': must be one text, given once",
    ],
    [
      body,
      { name: 'a', labels: { env: SECRET } },
      "Invalid 'labels.env': must have at most 3 characters",
    ],
    [
      body,
      { name: 'a', labels: { [SECRET]: SECRET } },
      "Invalid 'labels': must have at most 3 characters",
    ],
  ])('of %# refuses %j', (schema, value, message) => {
    expect(() => parse(schema, value)).toThrow(
      expect.objectContaining({ name: 'InputError', message }),
    );
  });

  it('counts a character once, however it is written', () => {
    expect(parse(text({ max: 2 }), '😀😀')).toBe('😀😀');
    expect(() => parse(text({ max: 2 }), '😀😀😀')).toThrow('at most 2');
  });
});

describe.each([
  [
    'entityPart',
    entityPart,
    ['a', 'A-b_c.d', 'a'.repeat(63)],
    ['', '-a', 'a-', 'a/b', 'é', 'a'.repeat(64)],
  ],
  [
    'kubernetesName',
    kubernetesName,
    ['a', 'a-b.c', 'a'.repeat(253)],
    ['', 'A', 'a_b', '../a', 'a'.repeat(254)],
  ],
  ['hubName', hubName, ['a', '-', 'a-1'], ['', 'A', 'a.b', 'a'.repeat(65)]],
  [
    'clusterName',
    clusterName,
    ['a', 'arn:aws:eks:eu:1:cluster/big', 'a..b', 'ä 😀'],
    ['', '.', '..', '../a', 'a/..', 'a/../b', '..\\a', 'a\nb', 'a'.repeat(254)],
  ],
  [
    'pageSize',
    pageSize,
    ['1', '500'],
    ['', '0', '501', '-1', '1.5', '1e2', '0x10', '007', ' 5', 'NaN'],
  ],
] as [string, z.ZodType, string[], string[]][])(
  '%s',
  (_, schema, good, bad) => {
    it.each(good)('takes %j', value => {
      expect(() => parse(schema, value)).not.toThrow();
    });

    it.each(bad)('refuses %j', value => {
      expect(() => parse(schema, value)).toThrow(/^Invalid body: must/);
    });
  },
);
