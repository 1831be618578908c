import { SpokeFixture } from '../testing/SpokeFixture';

const MAPS = '/api/v1/namespaces/default/configmaps';
const EVENTS = '/api/v1/namespaces/default/events';

describe('lists of a spoke', () => {
  let fixture: SpokeFixture;
  const make = (name: string, labels: object = {}) =>
    fixture.post(MAPS, { metadata: { name, labels } });
  const names = async (query: string, path = MAPS) => {
    const { body } = await fixture.get(`${path}?${query}`);
    return body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
  };

  beforeAll(async () => {
    fixture = await SpokeFixture.start();
    await make('a', { tier: 'web', env: 'prod' });
    await make('b', { tier: 'web' });
    await make('c');
    for (const [name, reason] of [
      ['one', 'Killing'],
      ['two', 'Pulled'],
    ]) {
      await fixture.post(EVENTS, {
        metadata: { name },
        reason,
        type: 'Normal',
        message: 'it happened',
        involvedObject: {
          kind: 'Pod',
          name: 'p',
          namespace: 'default',
          uid: name,
        },
      });
    }
  });
  afterAll(() => fixture.stop());

  it.each([
    ['tier=web', ['a', 'b']],
    ['tier==web,env!=prod', ['b']],
    ['tier in (web,db),env', ['a']],
    ['!tier', ['c', 'kube-root-ca.crt']],
    ['tier notin (web)', ['c', 'kube-root-ca.crt']],
  ])('selects by the labels %s', async (selector, expected) => {
    const query = `labelSelector=${encodeURIComponent(selector)}`;
    expect(await names(query)).toEqual(expected);
  });

  it.each([
    ['metadata.name=a', ['a']],
    [
      'metadata.name!=a,metadata.namespace=default',
      ['b', 'c', 'kube-root-ca.crt'],
    ],
  ])('selects by the fields %s', async (selector, expected) => {
    const query = `fieldSelector=${encodeURIComponent(selector)}`;
    expect(await names(query)).toEqual(expected);
  });

  it('F10.2.1 lists the events of one object by its fields', async () => {
    const selector =
      'involvedObject.name=p,involvedObject.namespace=default,involvedObject.uid=two';
    const query = `fieldSelector=${encodeURIComponent(selector)}`;
    expect(await names(query, EVENTS)).toEqual(['two']);
    expect(await names(query, '/api/v1/events')).toEqual(['two']);
  });

  it('F10.2.3 refuses the events of a namespace in these words', async () => {
    const headers = { 'impersonate-user': 'eve' };
    const { status, body } = await fixture.get(EVENTS, { headers });
    expect([status, body]).toEqual([
      403,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message:
          'events is forbidden: User "eve" cannot list resource "events" in API group "" in the namespace "default"',
        reason: 'Forbidden',
        details: { kind: 'events' },
        code: 403,
      },
    ]);
  });

  it.each([
    [
      'fieldSelector=data.a%3D1',
      400,
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    [
      'fieldSelector=nonsense',
      400,
      "invalid selector: 'nonsense'; can't understand 'nonsense'",
    ],
    [
      'labelSelector=a%20b',
      400,
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    ['continue=nonsense', 400, 'continue key is not valid'],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    ],
  ])('refuses %s', async (query, status, message) => {
    const answer = await fixture.get(`${MAPS}?${query}`);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });

  it('lists in pages that stay as they were when the first was read', async () => {
    const first = (await fixture.get(`${MAPS}?limit=2`)).body;
    expect(first.items).toHaveLength(2);
    expect(first.metadata.remainingItemCount).toBe(2);
    await make('bb');
    await fixture.delete(`${MAPS}/c`);
    const token = encodeURIComponent(first.metadata.continue);
    const second = (await fixture.get(`${MAPS}?limit=9&continue=${token}`))
      .body;
    const seen = second.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
    expect(seen).toEqual(['c', 'kube-root-ca.crt']);
    expect(second.metadata.resourceVersion).toBe(
      first.metadata.resourceVersion,
    );
    expect(second.metadata.continue).toBeUndefined();
    await make('c');
    await fixture.delete(`${MAPS}/bb`);
  });

  it('lists an exact version of the past, and ignores the limit at version 0', async () => {
    const { metadata } = (await fixture.get(MAPS)).body;
    await make('later');
    const exact = `resourceVersionMatch=Exact&resourceVersion=${metadata.resourceVersion}`;
    expect(await names(exact)).not.toContain('later');
    expect(
      await names(`resourceVersion=${metadata.resourceVersion}`),
    ).toContain('later');
    expect(await names('resourceVersion=0&limit=1')).toContain('later');
  });

  it('waits for a version that is too large, then gives up', async () => {
    const { status, body } = await fixture.get(`${MAPS}?resourceVersion=99999`);
    expect([status, body.reason]).toEqual([504, 'Timeout']);
    expect(body.message).toMatch(
      /^Too large resource version: 99999, current: \d+$/,
    );
    expect(body.details.causes[0].reason).toBe('ResourceVersionTooLarge');
  });

  it('ends a list whose version is forgotten, and tells how to go on', async () => {
    const { metadata } = (await fixture.get(`${MAPS}?limit=1`)).body;
    const { store } = fixture.spoke;
    for (let count = 0; count < 1001; count += 1) {
      store.of('configmaps').update('a', 'default', draft => {
        draft.data = { count: String(count) };
      });
    }
    const path = `${MAPS}?limit=1&continue=${encodeURIComponent(
      metadata.continue,
    )}`;
    const { status, body } = await fixture.get(path);
    expect([status, body.reason]).toEqual([410, 'Expired']);
    expect(body.message).toMatch(/^The provided continue parameter is too old/);
    const next = encodeURIComponent(body.metadata.continue);
    expect((await names(`continue=${next}`))[0]).toBe('b');
  });

  it('deletes what a collection selects', async () => {
    await make('x1', { gone: 'soon' });
    await make('x2', { gone: 'soon' });
    const { body } = await fixture.delete(`${MAPS}?labelSelector=gone%3Dsoon`);
    expect(body.kind).toBe('ConfigMapList');
    expect(await names('labelSelector=gone%3Dsoon')).toEqual([]);
    expect(await names('')).toContain('a');
  });
});
