import type { IncomingMessage } from 'node:http';
import { Clock } from '../../clock';
import { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import { HubRequest } from '../HubRequest';
import { Rbac } from '../Rbac';
import type { Session } from '../Sessions';
import {
  createSet,
  deleteSet,
  generateApplications,
} from './applicationsetWrites';

describe('rights over ApplicationSets', () => {
  let state: HubState;
  beforeEach(() => {
    state = new HubState(new Clock());
    for (const name of ['web', 'ops']) {
      state.projects.create({
        metadata: { name, namespace: CONTROL_PLANE },
        spec: {},
      });
    }
  });

  const set = (project: string, spec: object = {}) => ({
    metadata: { name: 'set' },
    spec: {
      generators: [{ list: { elements: [] } }],
      template: {
        metadata: { name: '{{name}}' },
        spec: { project, destination: { server: 'https://s' } },
      },
      ...spec,
    },
  });
  const request = (
    options: { body?: object; query?: string; name?: string } = {},
  ) => {
    const { body = {}, query = '', name = 'set' } = options;
    return new HubRequest({
      state,
      view: state,
      raw: {} as IncomingMessage,
      url: new URL(`http://hub/api/v1/applicationsets?${query}`),
      params: { name },
      session: { username: 'bob', issuedAt: 0 } as Session,
      signal: new AbortController().signal,
      body: JSON.stringify(body),
    });
  };
  const allow = (...lines: string[]) => {
    state.rbac = new Rbac(
      lines.map(line => `p, bob, applicationsets, ${line}, allow`).join('\n'),
    );
  };
  const denied = (action: string, object: string) =>
    new RegExp(
      `^permission denied: applicationsets, ${action}, ${object}, sub: bob, iat: `,
    );

  it('F1.7.2 F1.8.2 needs create in the project to generate', () => {
    allow('create, web/*');
    const body = (project: string) => ({ applicationSet: set(project) });
    expect(generateApplications(request({ body: body('web') }))).toBeTruthy();
    expect(() => generateApplications(request({ body: body('ops') }))).toThrow(
      denied('create', 'ops/set'),
    );
  });

  it('F1.8.2 asks for rights before it tells whether a project exists', () => {
    allow('create, web/*');
    expect(() => createSet(request({ body: set('none') }))).toThrow(
      denied('create', 'none/set'),
    );
  });

  it('F1.7.1 F1.8.2 needs create and update to upsert', () => {
    allow('create, web/*');
    createSet(request({ body: set('web') }));
    const body = set('web', { goTemplate: true });
    expect(() => createSet(request({ body, query: 'upsert=true' }))).toThrow(
      denied('update', 'web/set'),
    );
    allow('create, web/*', 'update, web/*');
    expect(createSet(request({ body, query: 'upsert=true' }))).toMatchObject({
      spec: { goTemplate: true },
    });
  });

  it('F1.8.2 needs rights in both projects to move a set', () => {
    allow('*, web/*');
    createSet(request({ body: set('web') }));
    const move = () =>
      createSet(request({ body: set('ops'), query: 'upsert=true' }));
    expect(move).toThrow(denied('create', 'ops/set'));
    allow('*, ops/*');
    expect(move).toThrow(denied('update', 'web/set'));
    allow('*, */*');
    expect(move()).toMatchObject({
      spec: { template: { spec: { project: 'ops' } } },
    });
  });

  it('F1.8.2 needs delete on the set', () => {
    allow('create, */*');
    createSet(request({ body: set('web') }));
    expect(() => deleteSet(request())).toThrow(denied('delete', 'web/set'));
  });

  it('F1.7.1 marks a set with finalizers and deletes another at once', () => {
    allow('*, */*');
    createSet(request({ body: set('web') }));
    deleteSet(request());
    expect(state.applicationSets.size).toBe(0);
    const kept = set('web');
    Object.assign(kept.metadata, { finalizers: ['a/b'] });
    createSet(request({ body: kept }));
    deleteSet(request());
    const { metadata } = state.applicationSets.get('set', CONTROL_PLANE)!;
    expect(metadata.deletionTimestamp).toBeTruthy();
  });

  it('F1.7.1 compares raw elements as Kubernetes gives them back', () => {
    allow('create, */*');
    const elements = (element: object) =>
      set('web', { generators: [{ list: { elements: [element] } }] });
    createSet(request({ body: elements({ a: '1', b: '2' }) }));
    const same = createSet(request({ body: elements({ a: '1', b: '2' }) }));
    expect(same).toMatchObject({ metadata: { generation: 1 } });
    // Argo CD compares the bytes of elements, and Kubernetes has sorted theirs.
    expect(() =>
      createSet(request({ body: elements({ b: '2', a: '1' }) })),
    ).toThrow('existing ApplicationSet spec is different');
  });
});
