import type { ServerResponse } from 'node:http';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

describe('lists of a version of Argo CD', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  const fieldsIn = (url: string) =>
    new URL(url, 'http://hub').searchParams.get('fields')!.split(',');

  it.each(['2.14', '3.4', '3.5'])(
    '%s tell where an application belongs',
    async argocdVersion => {
      const { client } = await fixture.simulator({ argocdVersion });
      expect(await client.version()).toContain(argocdVersion);
      const listed = await allListed(client);
      expect(listed).toHaveLength(3);
      for (const { metadata, spec, status } of listed) {
        expect(metadata.name).toBeDefined();
        expect(spec?.project).toBe('default');
        expect(
          spec?.destination?.server ?? spec?.destination?.name,
        ).toBeTruthy();
        expect(status?.sync?.status).toBeDefined();
        expect(status?.sync?.revision === undefined).toBe(
          argocdVersion !== '3.5',
        );
      }
    },
  );

  it('3.6 are read with metadata first, to their end or not at all', async () => {
    const item = { metadata: { name: 'a' }, spec: { project: 'p' } };
    const whole = JSON.stringify({
      metadata: { resourceVersion: '7' },
      items: [item, item],
    });
    let text = whole;
    const { client, hub } = await fixture.fake((request, response) =>
      request.url === '/api/version'
        ? json(response, { Version: 'v3.6.0+unknown' })
        : response.end(text),
    );
    expect(await allListed(client)).toEqual([item, item]);
    expect(fieldsIn(hub.seen[1].url)).toContain('items.spec.destination');
    text = '{"metadata":{"resourceVersion":"7"},"items":[]}';
    expect(await allListed(client)).toEqual([]);
    for (const end of [whole.length - 1, whole.length - 2, 80, 40]) {
      text = whole.slice(0, end);
      expect(await failure(allListed(client))).toMatchObject({
        class: 'protocol',
        message: expect.stringContaining(
          'no complete JSON (list-applications)',
        ),
      });
    }
  });

  const answering = (text: string) =>
    fixture.fake((request, response) =>
      request.url === '/api/version'
        ? json(response, { Version: 'v3.5.1' })
        : response.end(text),
    );

  it('3.5 are empty where their items are null', async () => {
    const { client } = await answering('{"metadata":{},"items":null}');
    expect(await allListed(client)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['no items', '{"metadata":{}}', 'The hub answered without items'],
    ['an error with 200', '{"error":"no","code":2}', 'without items'],
    ['a page', '<html>Sign in</html>', 'no complete JSON'],
    ['nothing', '', 'no complete JSON'],
    ['text for items', '{"items":"many"}', 'no objects'],
  ])('are refused where they are %s', async (_what, text, problem) => {
    const { client } = await answering(text);
    const error = await failure(allListed(client));
    expect(error).toMatchObject({ class: 'protocol' });
    expect(error.message).toContain(problem);
    expect(error.isOutage).toBe(false);
  });

  describe('that changes', () => {
    it('are asked for with its new fields, after a stream ended', async () => {
      const { client, control } = await fixture.simulator({
        argocdVersion: '3.4',
      });
      let begun = () => {};
      const first = new Promise<void>(resolve => (begun = resolve));
      const stream = client.streamApplications({
        signal: new AbortController().signal,
        onAlive: () => {},
        onEvent: () => begun(),
      });
      await first;
      const [before] = await allListed(client);
      expect(before.status?.sync?.revision).toBeUndefined();
      await control('/hub/version', { release: '3.5' });
      await stream.catch(() => undefined);
      const [after] = await allListed(client);
      expect(after.status?.sync?.revision).toBeDefined();
      await control('/hub/version', { release: '3.4' });
      // Nobody heard of it: what lacks its destination is refused.
      expect(await failure(allListed(client))).toMatchObject({
        class: 'protocol',
        message: expect.stringContaining('replicas of two versions'),
      });
      const [again] = await allListed(client);
      expect(again.spec?.destination).toBeDefined();
    });

    it('are asked for with its new fields, after an outage', async () => {
      const hubState = { version: 'v3.4.1', up: true };
      const down = (response: ServerResponse) => json(response, {}, 504);
      const { client, hub } = await fixture.fake((request, response) => {
        if (!hubState.up) {
          return down(response);
        }
        return request.url === '/api/version'
          ? json(response, { Version: hubState.version })
          : json(response, { items: [] });
      });
      await allListed(client);
      await allListed(client);
      const versions = hub.seen.filter(({ url }) => url === '/api/version');
      expect(versions).toHaveLength(1);
      hubState.up = false;
      await failure(client.listClusters());
      hubState.up = true;
      hubState.version = 'v3.5.0';
      await allListed(client);
      expect(fieldsIn(hub.seen.at(-1)!.url)).toContain(
        'items.spec.destination',
      );
    });

    it('is asked of each hub for itself', async () => {
      const old = await fixture.simulator({ argocdVersion: '3.4' });
      const recent = await fixture.simulator({ argocdVersion: '3.5' });
      const lists = await Promise.all([
        allListed(old.client),
        allListed(recent.client),
      ]);
      expect(
        lists.map(([{ status }]) => status?.sync?.revision !== undefined),
      ).toEqual([false, true]);
    });
  });
});
