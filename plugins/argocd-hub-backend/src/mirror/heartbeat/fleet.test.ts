import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { ServerResponse } from 'node:http';
import { FakeHub, hubConfig, json } from '../../hub/__testUtils__/FakeHub';
import { ArgoHubClient } from '../../hub/ArgoHubClient';
import { DatabaseStore } from '../../store/DatabaseStore';
import { until } from '../__testUtils__/MirrorWorld';
import { HubMirror } from '../HubMirror';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const SIZE = 20;
const MAX_PER_SECOND = 10;
/** Twenty clusters at eight heartbeats a second. */
const STRETCHED_MS = 2_500;
const FROM_CLUSTER = 'error listing resource events: ';

const names = Array.from({ length: SIZE }, (_, index) => `c${index}`);

type Fault = 'refused' | 'black-holed' | 'no-tree';

/** A hub of twenty clusters with one application each, of which some are dead. */
class Fleet {
  readonly faults = new Map<string, Fault>();
  readonly calls: { cluster: string; at: number }[] = [];
  readonly refreshed: string[] = [];
  readonly sync = new Map<string, string>();

  handle(url: URL, response: ServerResponse): void {
    const [, , , kind, name, detail] = url.pathname.split('/');
    if (url.pathname === '/api/version') {
      json(response, { Version: 'v3.5.1' });
    } else if (kind === 'clusters') {
      json(response, { items: names.map(one => this.#cluster(one)) });
    } else if (kind === 'stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const one of names) {
        const result = { type: 'ADDED', application: this.#application(one) };
        response.write(`data: ${JSON.stringify({ result })} \n\n\n`);
      }
    } else if (!name) {
      json(response, { items: names.map(one => this.#application(one)) });
    } else if (!detail) {
      this.refreshed.push(`${name} ${url.searchParams.get('refresh')}`);
      json(response, this.#application(name));
    } else if (detail === 'resource-tree') {
      this.#tree(name, response);
    } else {
      this.#events(name, response);
    }
  }

  #tree(name: string, response: ServerResponse): void {
    this.calls.push({ cluster: name, at: performance.now() });
    if (this.faults.get(name) === 'no-tree') {
      json(response, { message: 'error getting app resources', code: 2 }, 500);
      return;
    }
    const node = { kind: 'Service', namespace: 'x', name: 's', uid: 'u' };
    json(response, { nodes: [node] });
  }

  #events(name: string, response: ServerResponse): void {
    this.calls.push({ cluster: name, at: performance.now() });
    switch (this.faults.get(name)) {
      case 'refused': {
        const message = `${FROM_CLUSTER}dial tcp 10.0.0.1:443: connect: connection refused`;
        json(response, { message, code: 2 }, 500);
        break;
      }
      case 'black-holed': {
        const message = `${FROM_CLUSTER}context deadline exceeded`;
        setTimeout(() => json(response, { message, code: 4 }, 504), 5_000);
        break;
      }
      case 'no-tree': {
        const message = 'error getting app resources: cache: key is missing';
        json(response, { message, code: 2 }, 500);
        break;
      }
      default:
        json(response, { metadata: {}, items: [] });
    }
  }

  #cluster(name: string) {
    return {
      name,
      server: `https://${name}`,
      info: {
        connectionState: {
          status: 'Successful',
          attemptedAt: new Date().toISOString(),
        },
      },
    };
  }

  #application(name: string) {
    return {
      metadata: { name, namespace: 'argocd' },
      spec: { destination: { name, namespace: 'x' } },
      status: {
        sync: { status: this.sync.get(name) ?? 'Synced' },
        health: { status: 'Healthy' },
        resources: [{ kind: 'Service' }],
      },
    };
  }
}

describe('heartbeats of a fleet', () => {
  let fleet: Fleet;
  let store: DatabaseStore;
  let stop: () => Promise<void>;

  const verdicts = async () => {
    const counts: Record<string, number> = {};
    for (const { facts } of await store.clusters.list()) {
      const verdict = facts.verdict?.reachability ?? 'none';
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    return counts;
  };

  beforeEach(async () => {
    fleet = new Fleet();
    const hub = await FakeHub.start((request, response) =>
      fleet.handle(new URL(request.url, 'http://hub'), response),
    );
    const knex = await databases.init('SQLITE_3');
    store = await DatabaseStore.create({
      database: mockServices.database({ knex }),
      logger: mockServices.logger.mock(),
    });
    const config = hubConfig({
      url: hub.url,
      relistMs: 1_000,
      heartbeat: { intervalMs: 1_000, maxPerSecond: MAX_PER_SECOND },
    });
    const client = ArgoHubClient.create({ hub: config, annotations: [] });
    const mirror = HubMirror.create({
      hub: config,
      client,
      store,
      logger: mockServices.logger.mock({
        child: () => mockServices.logger.mock(),
      }),
      annotations: [],
      onChange: () => {},
    });
    mirror.start();
    stop = async () => {
      await mirror.stop();
      await client.close();
      await hub.stop();
    };
    await until(async () => (await verdicts()).reachable === SIZE, 30_000);
  });

  afterEach(() => stop());

  /** Of the whole test: what is counted within one second depends on how busy the machine is. */
  const callsPerSecond = () => {
    const took = performance.now() - fleet.calls[0].at;
    return fleet.calls.length / (took / 1_000);
  };

  it('finds the dead ones without delaying the others or pressing the hub', async () => {
    const dead = names.slice(0, 6);
    dead.forEach(name => fleet.faults.set(name, 'black-holed'));
    const from = performance.now();
    await until(async () => (await verdicts()).unreachable === 6, 40_000);
    expect(await verdicts()).toEqual({ reachable: 14, unreachable: 6 });
    for (const name of names.slice(6)) {
      const beats = [
        from,
        ...fleet.calls
          .filter(({ cluster, at }) => cluster === name && at > from)
          .map(({ at }) => at),
        performance.now(),
      ];
      const gaps = beats.slice(1).map((at, index) => at - beats[index]);
      // One after the other, the dead ones alone would take half a minute.
      expect(Math.max(...gaps)).toBeLessThan(4 * STRETCHED_MS);
    }
    expect(callsPerSecond()).toBeLessThanOrEqual(MAX_PER_SECOND * 1.1);

    fleet.faults.clear();
    await until(async () => (await verdicts()).reachable === SIZE, 20_000);
  });

  it('suspects the hub when most fail at once', async () => {
    names.forEach(name => fleet.faults.set(name, 'refused'));
    await until(
      async () =>
        (
          await store.clusters.list()
        ).every(({ facts }) => facts.heartbeat.failures >= 2),
      40_000,
    );
    expect((await verdicts()).unreachable).toBeUndefined();
    const [{ facts }] = await store.clusters.list();
    expect(facts.hubSuspectedSince).toBeDefined();
    fleet.faults.clear();
    await until(async () => (await verdicts()).reachable === SIZE, 20_000);
    await until(
      async () =>
        (
          await store.clusters.list()
        ).every(one => one.facts.hubSuspectedSince === undefined),
      20_000,
    );
  });

  it('takes a hub without resource trees for no evidence', async () => {
    names.forEach(name => fleet.faults.set(name, 'no-tree'));
    await until(
      async () =>
        (
          await store.clusters.list()
        ).every(({ facts }) => facts.heartbeat.noEvidenceAt),
      30_000,
    );
    for (const { facts } of await store.clusters.list()) {
      expect(facts.heartbeat.failures).toBe(0);
      expect(facts.verdict?.reachability).not.toBe('unreachable');
      expect(facts.verdict?.reachability).not.toBe('suspect');
    }
    const asked = fleet.calls.length;
    await new Promise(resolve => setTimeout(resolve, 3_000));
    expect(fleet.calls.length - asked).toBeLessThan(3 * MAX_PER_SECOND * 1.5);
  });

  it('has the hub look again at what it could not compare, once a cluster is back', async () => {
    fleet.sync.set('c1', 'Unknown');
    fleet.faults.set('c1', 'refused');
    await until(async () => (await verdicts()).unreachable === 1, 20_000);
    await until(async () =>
      (
        await store.applications.list({ limit: SIZE })
      ).some(({ sync }) => sync === 'Unknown'),
    ).catch(() => undefined);
    expect(fleet.refreshed.filter(one => one.includes('normal'))).toEqual([]);
    fleet.faults.clear();
    await until(() => fleet.refreshed.includes('c1 normal'), 30_000);
    expect(
      fleet.refreshed
        .filter(one => one.includes('normal'))
        .every(one => one === 'c1 normal'),
    ).toBe(true);
  });
});
