import { TestDatabases } from '@backstage/backend-test-utils';
import { parse } from 'yaml';
import {
  allClustersAre,
  BEATING,
  clusterIn,
  clusterIs,
  inTurn,
  neverShown,
  rowsAreGreen,
} from '../__testUtils__/faults/clusterSteps';
import { given, type Step } from '../__testUtils__/faults/scenario';
import { timePasses } from '../__testUtils__/faults/steps';
import type { World } from '../__testUtils__/faults/World';
import { until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const ids = databases.eachSupportedId().map(([id]) => id);

const SECRET_TYPE = { 'argocd.argoproj.io/secret-type': 'cluster' };

const urlOf = (world: World, spoke: string) =>
  world.simulator.spokes.find(({ name }) => name === spoke)!.url;

/** Registers a spoke declaratively, as Git would: nothing keeps two from having one name. */
function secretIsApplied(options: {
  secret: string;
  name: string;
  spoke: string;
  server?: (url: string) => string;
}): Step {
  const { secret, name, spoke, server = url => url } = options;
  return async world => {
    const { url } = world.simulator.control;
    const kubeconfig = await fetch(`${url}/spokes/${spoke}/kubeconfig`);
    const { clusters, users } = parse(await kubeconfig.text());
    const config = {
      bearerToken: users[0].user.token,
      tlsClientConfig: {
        caData: clusters[0].cluster['certificate-authority-data'],
      },
    };
    await world.hub.control('/hub/objects', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secret, namespace: 'argocd', labels: SECRET_TYPE },
      stringData: {
        name,
        server: server(urlOf(world, spoke)),
        config: JSON.stringify(config),
      },
    });
  };
}

function secretIsDeleted(secret: string): Step {
  return world =>
    world.hub.control('/hub/objects', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secret, namespace: 'argocd' },
      deleted: true,
    });
}

type Destination = { name?: string; server?: string };

/** Made by hand, past the check that its cluster exists. */
function applicationIsMade(
  name: string,
  destination: (world: World) => Destination,
): Step {
  return world =>
    world.hub.call('POST', '/api/v1/applications?validate=false', {
      metadata: { name },
      spec: {
        project: 'default',
        source: {
          repoURL: 'https://github.com/example/agent',
          path: 'helm',
          targetRevision: 'HEAD',
        },
        destination: { ...destination(world), namespace: name },
      },
    });
}

async function destinationOf(world: World, name: string) {
  const { rows } = await world.green.shown();
  const destination = rows.find(row => row.name === name)?.destination;
  if (!destination) {
    return undefined;
  }
  return 'cluster' in destination ? destination.cluster : destination.problem;
}

function goesTo(name: string, where: string | RegExp): Step {
  return async world => {
    let last: string | undefined;
    await until(async () => {
      last = await destinationOf(world, name);
      return last !== undefined && new RegExp(where).test(last);
    }, 60_000).catch(() => {
      throw new Error(`${name} goes to ${last}, not to ${where}`);
    });
  };
}

/** No colour for what goes nowhere that is known, once Argo CD looked. */
function isNotGreen(name: string): Step {
  return world =>
    until(async () => {
      const { rows } = await world.green.shown();
      const row = rows.find(one => one.name === name);
      return row?.health.status === 'Unknown' && row.sync.status === 'Unknown';
    }, 60_000);
}

describe.each(ids)('clusters of a hub, on %p', id => {
  it.concurrent(
    'may share a name, and are told apart as long as they do',
    async () => {
      await given({ databases, id, hub: BEATING })
        .when(
          applicationIsMade('by-name', () => ({ name: 'prod' })),
          goesTo('by-name', '^prod$'),
          allClustersAre('reachable'),
          secretIsApplied({ secret: 'other', name: 'prod', spoke: 'perf' }),
        )
        .expect(
          goesTo('by-name', 'ambiguous-cluster'),
          // Generated applications name the server.
          goesTo('agent-prod', '^prod~[0-9a-f]{8}$'),
          async world => {
            const records = await world.store.clusters.list({ hub: 'main' });
            const shared = records.filter(one => one.registeredName === 'prod');
            expect(shared).toHaveLength(2);
            expect(new Set(shared.map(({ name }) => name)).size).toBe(2);
            const kept = shared.find(
              one => one.server === urlOf(world, 'prod'),
            );
            expect(kept?.facts.verdict?.reachability).toBe('reachable');
            const fresh = shared.find(
              one => one.server === urlOf(world, 'perf'),
            );
            expect(fresh?.facts.heartbeat.goodAt).toBeUndefined();
            await clusterIs(kept!.name, 'reachable')(world);
            await rowsAreGreen(kept!.name)(world);
            await isNotGreen('by-name')(world);
            await world.isTrue();
          },
        )
        .when(secretIsDeleted('other'))
        .expect(
          goesTo('agent-prod', '^prod$'),
          goesTo('by-name', '^prod$'),
          clusterIs('prod', 'reachable'),
        )
        .thenItHolds();
    },
  );

  it.concurrent('are named by applications in many ways', async () => {
    const twice = (url: string) => `${url}?uid=second`;
    await given({ databases, id, hub: BEATING })
      .when(
        secretIsApplied({
          secret: 'second',
          name: 'second',
          spoke: 'staging',
          server: twice,
        }),
        applicationIsMade('named', () => ({ name: 'staging' })),
        applicationIsMade('addressed', world => ({
          server: urlOf(world, 'staging'),
        })),
        applicationIsMade('slashed', world => ({
          server: `${urlOf(world, 'staging')}/`,
        })),
        applicationIsMade('queried', world => ({
          server: twice(urlOf(world, 'staging')),
        })),
        applicationIsMade('inside', () => ({ name: 'in-cluster' })),
        secretIsApplied({ secret: 'gone', name: 'nowhere', spoke: 'perf' }),
        applicationIsMade('unknown-name', () => ({ name: 'nowhere' })),
        applicationIsMade('unknown-server', world => ({
          server: urlOf(world, 'perf'),
        })),
        secretIsDeleted('gone'),
      )
      .expect(
        goesTo('named', '^staging$'),
        goesTo('addressed', '^staging$'),
        goesTo('slashed', '^staging$'),
        goesTo('queried', '^second$'),
        goesTo('inside', '^in-cluster$'),
        goesTo('unknown-name', 'no-such-cluster'),
        goesTo('unknown-server', 'no-such-cluster'),
        isNotGreen('unknown-name'),
        isNotGreen('unknown-server'),
      )
      .thenItHolds();
  });

  it.concurrent('may be deleted while applications remain', async () => {
    await given({ databases, id, hub: BEATING })
      .when(
        applicationIsMade('left', () => ({ name: 'dr' })),
        goesTo('left', '^dr$'),
        allClustersAre('reachable'),
        world =>
          world.hub.call(
            'DELETE',
            `/api/v1/clusters/${encodeURIComponent(urlOf(world, 'dr'))}`,
          ),
      )
      .expect(
        goesTo('left', 'no-such-cluster'),
        isNotGreen('left'),
        clusterIs('prod', 'reachable'),
      )
      .thenItHolds();
  });

  it.concurrent('are not forgotten because one list lacks them', async () => {
    await given({ databases, id, hub: BEATING, proxied: true })
      .when(allClustersAre('reachable'), async world => {
        const lists = () =>
          world.proxy.requests.filter(one => one === 'GET /api/v1/clusters')
            .length;
        let empty = 0;
        const before = lists();
        world.proxy.rewrite(/^\/api\/v1\/clusters$/, body => {
          empty += 1;
          return empty === 1 ? { ...body, items: [] } : body;
        });
        await neverShownGone(world, () => lists() >= before + 3);
        expect(empty).toBeGreaterThan(1);
      })
      .expect(rowsAreGreen('prod'))
      .thenItHolds();
  });

  it.concurrent('are forgotten when two lists lack them', async () => {
    await given({ databases, id, hub: BEATING, proxied: true })
      .when(allClustersAre('reachable'), async world => {
        const restore = world.proxy.rewrite(/^\/api\/v1\/clusters$/, body => ({
          ...body,
          items: [],
        }));
        await until(
          async () => (await world.store.clusters.list()).length === 0,
          40_000,
        );
        await goesTo('agent-prod', 'no-such-cluster')(world);
        restore();
      })
      .expect(
        goesTo('agent-prod', '^prod$'),
        neverShown(['unreachable'], timePasses(1_000)),
        rowsAreGreen('prod'),
      )
      .thenItHolds();
  });

  it.concurrent(
    'are not judged by applications that moved to another one',
    async () => {
      const made = (name: string): Step =>
        inTurn(
          applicationIsMade(name, () => ({ name: 'perf' })),
          world =>
            world.hub.call('POST', `/api/v1/applications/${name}/sync`, {
              syncOptions: { items: ['CreateNamespace=true'] },
            }),
        );
      await given({ databases, id, hub: BEATING })
        .when(
          secretIsApplied({ secret: 'perf', name: 'perf', spoke: 'perf' }),
          made('mover'),
          goesTo('mover', '^perf$'),
          clusterIs('perf', 'reachable', { withinMs: 60_000 }),
          // From now on perf is asked by mover, and could be by stayer.
          made('stayer'),
          goesTo('stayer', '^perf$'),
          world => world.breakSpoke('dr', { kind: 'refused' }),
          clusterIs('dr', 'unreachable'),
          world =>
            world.hub.call(
              'POST',
              `/api/v1/clusters/${encodeURIComponent(
                urlOf(world, 'dr'),
              )}/invalidate-cache`,
              {},
            ),
          // Its tree still shows what it has on perf, but the hub calls dr now.
          world =>
            world.hub.call('PATCH', '/api/v1/applications/mover', {
              name: 'mover',
              patchType: 'merge',
              patch: JSON.stringify({ spec: { destination: { name: 'dr' } } }),
            }),
          goesTo('mover', '^dr$'),
        )
        .expect(async world => {
          const from = Date.now();
          await until(async () => {
            const perf = await clusterIn(world, 'perf');
            expect(perf?.verdict.reachability).not.toBe('unreachable');
            const { facts } = (await world.store.clusters.get('main', 'perf'))!;
            return (facts.heartbeat.goodAt ?? 0) > from + 4_000;
          }, 60_000);
        })
        .when(world => world.healSpoke('dr'))
        .expect(clusterIs('dr', 'reachable'))
        .thenItHolds();
    },
  );
});

async function neverShownGone(world: World, done: () => boolean) {
  await until(async () => {
    const { rows } = await world.green.shown();
    rows.forEach(({ destination }) =>
      expect(destination).toHaveProperty('cluster'),
    );
    return done();
  }, 60_000);
}
