import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord, clusterRecord } from '../testing/records';
import { HUB, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const OWN = 'https://kubernetes.default.svc';
const PROXY = 'https://resource-proxy:9090';

const agent = (name: string, stands = true) =>
  clusterRecord(name, {
    server: `${PROXY}?agentName=${name}`,
    agent: stands ? name : undefined,
  });

const inNamespace = (
  namespace: string,
  destination: { name?: string; server?: string },
) =>
  applicationRecord('guestbook', {
    namespace,
    destination: { ...destination, namespace: 'x' },
  });

describe.each(databases.eachSupportedId())('argocd-agent on %p', id => {
  it('has applications where their namespace says, of one host and of one name', async () => {
    const { store, lease } = await storeOn(databases, id);
    const replace = (clusters: ReturnType<typeof clusterRecord>[]) =>
      store.clusters.replace({ lease, hub: HUB, clusters });
    const where = async () => {
      const found = await store.applications.list({ hub: HUB, limit: 10 });
      return Object.fromEntries(
        found.map(({ namespace, cluster }) => [
          namespace,
          'name' in cluster ? cluster.name : cluster.problem,
        ]),
      );
    };
    const own = clusterRecord('in-cluster', { server: OWN });

    await replace([own, agent('east'), agent('west')]);
    await store.applications.apply({
      lease,
      hub: HUB,
      upserts: [
        inNamespace('east', { server: OWN }),
        inNamespace('west', { name: 'in-cluster' }),
        inNamespace('argocd', { server: OWN }),
        inNamespace('mapped', { name: 'west' }),
        inNamespace('queried', { server: `${PROXY}?agentName=east` }),
        inNamespace('elsewhere', { server: PROXY }),
      ],
      removals: [],
    });
    const known = {
      east: 'east',
      west: 'west',
      argocd: 'in-cluster',
      mapped: 'west',
      queried: 'east',
      elsewhere: 'no-such-cluster',
    };
    expect(await where()).toEqual(known);

    const { applications } = await replace([
      own,
      agent('east', false),
      agent('west'),
    ]);
    expect(applications.map(({ namespace }) => namespace)).toEqual(['east']);
    expect(await where()).toEqual({ ...known, east: 'in-cluster' });

    await replace([own, agent('east'), agent('west')]);
    expect(await where()).toEqual(known);
    const counts = (await store.clusters.list({ hub: HUB })).map(
      ({ name, facts }) => [name, facts.applications],
    );
    expect(Object.fromEntries(counts)).toEqual({
      east: 2,
      west: 2,
      'in-cluster': 1,
    });
  });
});
