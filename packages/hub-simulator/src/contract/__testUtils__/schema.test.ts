import { ApiSchema } from './ApiSchema';
import { CrdSchema } from './CrdSchema';

const GET = 'GET /api/v1/applications/{name}';

const application = (status: object) => ({
  metadata: { name: 'a' },
  spec: { destination: {}, project: 'default' },
  status: {
    health: {},
    summary: {},
    sourceHydrator: {},
    sync: { status: '', comparedTo: { source: {}, destination: {} } },
    ...status,
  },
});

describe('the schema of the API', () => {
  const api = new ApiSchema();

  it('knows a route whatever its parameters are called', () => {
    expect(api.operation('GET /api/v1/applications/:app/resource-tree')).toBe(
      'GET /api/v1/applications/{applicationName}/resource-tree',
    );
    expect(api.operation('GET /api/v1/account/can-i/:a/:b/*')).toBe(
      'GET /api/v1/account/can-i/{resource}/{action}/{subresource}',
    );
    expect(api.operation('GET /api/v1/nothing')).toBeUndefined();
  });

  it('accepts what is right', () => {
    expect(api.check(GET, application({}))).toEqual([]);
  });

  it.each([
    ['a field that no struct has', { made: 'up' }, 'unknown field', 'made'],
    ['a null', { history: null }, 'null', 'history'],
    [
      'text for a number',
      { history: [entry({ id: '1' })] },
      'type',
      'history[].id',
    ],
    [
      'a time with milliseconds',
      { reconciledAt: '2026-08-12T10:00:00.000Z' },
      'format',
      'reconciledAt',
    ],
    ['a struct left out', { summary: undefined }, 'missing', 'summary'],
  ])('finds %s', (_, status, what, field) => {
    const body = JSON.parse(JSON.stringify(application(status)));
    expect(api.check(GET, body)).toMatchObject([
      { what, path: `status.${field}` },
    ]);
  });

  it('asks nothing of a trimmed answer but its types', () => {
    expect(api.check(GET, {}, { trimmed: true })).toEqual([]);
    expect(api.check(GET, { spec: 1 }, { trimmed: true })).toHaveLength(1);
  });

  it('knows the embedded fields of a node', () => {
    const tree = 'GET /api/v1/applications/{name}/resource-tree';
    const node = { version: 'v1', kind: 'Service', name: 'a', uid: 'u' };
    expect(api.check(api.operation(tree)!, { nodes: [node] })).toEqual([]);
  });
});

describe('the schema of a CRD', () => {
  const crds = new CrdSchema();

  it('finds what an API server would refuse or prune', () => {
    const object = {
      metadata: {},
      spec: { destination: {}, source: {}, surprise: 1 },
    };
    const found = crds.check('application', object);
    expect(found.map(({ what, path }) => `${what} ${path}`).sort()).toEqual([
      'missing spec.project',
      'missing spec.source.repoURL',
      'unknown field spec.surprise',
    ]);
  });

  it('lets any text stand in an element of a list generator', () => {
    const generators = [{ list: { elements: [{ cluster: 'a', n: 1 }] } }];
    const template = {
      metadata: {},
      spec: { destination: {}, project: 'default' },
    };
    const set = { metadata: {}, spec: { generators, template } };
    expect(crds.check('applicationset', set)).toEqual([]);
  });
});

function entry(fields: object) {
  return { deployedAt: '2026-08-12T10:00:00Z', initiatedBy: {}, ...fields };
}
