import { apiPath } from './apiPath';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

/** What tries to climb out of its part of an address, or to add to it. */
const NASTY = [
  '../../settings',
  '..%2f..%2fsettings',
  '%2e%2e',
  'a/../b',
  'a?refresh=hard',
  'a#b',
  'a;b=c',
  'a&b=c',
  '100%',
  'a b+c',
  '\\..\\',
  'größe 🚀',
  'a\r\nHost: evil',
  'a:verb',
  '@evil.example',
  '//evil.example',
];

describe('addresses at a hub', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  it.each(NASTY)('hold %j as one part', async name => {
    const { hub } = await fixture.fake((_request, response) =>
      json(response, { metadata: { name: 'a' }, server: 'https://a' }),
    );
    const client = fixture.client({ url: `${hub.url}/argo-cd` });
    await client.getApplication(name, { namespace: name });
    await client.getCluster(name);
    for (const { url } of hub.seen) {
      // No server may see another path, whatever it makes of the text.
      expect(url).toMatch(/^[!'()*\w/.~%?=&-]*$/);
    }
    const [application, cluster] = hub.seen.map(
      ({ url }) => new URL(url, 'http://hub'),
    );
    const parts = application.pathname.split('/');
    expect(parts.slice(0, 5).join('/')).toBe('/argo-cd/api/v1/applications');
    expect(parts.slice(5).map(decodeURIComponent)).toEqual([name]);
    expect([...application.searchParams]).toEqual([['appNamespace', name]]);
    expect(
      cluster.pathname.split('/').slice(5).map(decodeURIComponent),
    ).toEqual([name]);
    expect(cluster.search).toBe('');
  });

  it.each(NASTY)(
    'lead Argo CD to nothing but an application for %j',
    async name => {
      const { client, control } = await fixture.simulator();
      await control('/hub/requests/reset', {});
      const error = await failure(
        client.getApplication(name, { namespace: 'argocd' }),
      );
      expect(error.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(await control('/hub/requests'))).not.toMatch(
        /settings|session|clusters/,
      );
    },
  );

  it.each(['', '.', '..', '\ud800'])('refuse %j', part => {
    expect(() => apiPath(['applications', part])).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  it('name clusters by their server', async () => {
    const { client } = await fixture.simulator();
    const clusters = await client.listClusters();
    for (const { server, name } of clusters) {
      expect(await client.getCluster(server)).toMatchObject({ name });
    }
    expect(await client.getCluster('https://gone')).toBeUndefined();
  });

  it('take as many projects as fronts do, and say what to do with more', async () => {
    const { client } = await fixture.simulator();
    const names = (count: number) =>
      Array.from({ length: count }, (_, id) => `team-${id}&x=é`.slice(0, 20));
    const projects = ['default', ...names(150)];
    const all = await allListed(client);
    expect(all.length).toBeGreaterThan(0);
    expect(await allListed(client, { projects })).toEqual(all);
    expect(await allListed(client, { projects: names(9) })).toEqual([]);
    expect(await allListed(client, { projects: [] })).toEqual([]);
    const error = await failure(allListed(client, { projects: names(900) }));
    expect(error).toMatchObject({ name: 'InputError' });
    expect(error.message).toMatch(/more than 7500; ask for less.*projects/);
  });
});
