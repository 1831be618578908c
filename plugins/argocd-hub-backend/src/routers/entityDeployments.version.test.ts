import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import {
  get,
  PATH,
  read,
  start,
  type Started,
} from './__testUtils__/agentRoute';
import { agentOn, as, NOW } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

async function ifChanged(on: Started, version: string) {
  return get(on, PATH, { ...as.owner, 'If-None-Match': `W/"${version}"` });
}

describe('the version of an entity', () => {
  it('is answered with 304 while nothing differs', async () => {
    const on = await start();
    const { headers, body } = await get(on);

    const again = await get(on, PATH, {
      ...as.owner,
      'If-None-Match': headers.etag,
    });

    expect(headers.etag).toBe(`W/"${body.version}"`);
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  it('does not change with contact and good heartbeats alone', async () => {
    const on = await start();
    const { version } = await read(on);

    await on.fill.hub(500);
    await on.fill.heartbeatAt('prod', NOW - 1_000);

    expect((await ifChanged(on, version)).status).toBe(304);
    const next = await read(on);
    expect(next.version).toBe(version);
    expect(next.observedAt).toBe(new Date(NOW - 500).toISOString());
  });

  it('lasts for as long as contact and heartbeats go on', async () => {
    const on = await start();
    const { version } = await read(on);

    for (const seconds of [15, 30, 45]) {
      on.clock.now = NOW + seconds * 1_000;
      await on.fill.hub(NOW - on.clock.now + 500);
      for (const cluster of ['dr', 'prod', 'staging']) {
        await on.fill.heartbeatAt(cluster, on.clock.now - 2_000);
      }
      expect((await ifChanged(on, version)).status).toBe(304);
    }

    expect((await read(on)).observedAt).toBe(
      new Date(NOW + 44_500).toISOString(),
    );
  });

  it.each<[string, number, (answer: EntityDeployments) => unknown, unknown]>([
    ['lagging', 100_000, ({ hubs }) => hubs[0].freshness, 'lagging'],
    ['stale', 300_000, ({ hubs }) => hubs[0].freshness, 'stale'],
    [
      'too old to be believed',
      300_000,
      ({ deployments }) => deployments[0].health.reason,
      'hub-stale',
    ],
  ])(
    'changes when the hub becomes %s, without a write',
    async (_, later, told, expected) => {
      const on = await start();
      const before = await read(on);
      const statements: string[] = [];
      on.knex.on('query', ({ sql }) => statements.push(sql));

      on.clock.now += later;

      const { status, body, headers } = await ifChanged(on, before.version);
      expect(status).toBe(200);
      expect(headers.etag).toBe(`W/"${body.version}"`);
      expect(body.version).not.toBe(before.version);
      expect(told(before)).not.toEqual(expected);
      expect(told(body)).toEqual(expected);
      expect(statements.filter(sql => !/^select/i.test(sql))).toEqual([]);
    },
  );

  it('changes when heartbeats stop coming, without a write', async () => {
    const on = await start();
    const { version, clusters } = await read(on);

    // Not long enough for the hub itself.
    on.clock.now += 86_000;

    const { status, body } = await ifChanged(on, version);
    expect(status).toBe(200);
    expect(body.hubs[0].freshness).toBe('live');
    expect(
      [clusters[0], body.clusters[0]].map(
        ({ verdict }) => verdict.reachability,
      ),
    ).toEqual(['reachable', 'unknown']);
  });

  it('changes when a cluster becomes unreachable, and again when it is back', async () => {
    const on = await start();
    const first = await read(on);

    await on.fill.breakCluster('prod');

    const { status, body } = await ifChanged(on, first.version);
    expect(status).toBe(200);
    expect(body.rollup.unreachableClusters).toBe(1);
    expect((await ifChanged(on, body.version)).status).toBe(304);

    await on.fill.heartbeatAt('prod', NOW - 1_000);

    expect((await ifChanged(on, body.version)).status).toBe(200);
  });

  it.each<[string, Parameters<Started['fill']['heartbeat']>[1][]]>([
    [
      'unreachable',
      [NOW - 30_000, NOW - 20_000].map((lastFailureAt, more) => ({
        failures: 2 + more,
        firstFailureAt: NOW - 60_000,
        lastFailureAt,
        reason: 'refused',
      })),
    ],
    [
      'suspect',
      [NOW - 50_000, NOW - 49_000].map((lastFailureAt, more) => ({
        failures: 1 + more,
        firstFailureAt: NOW - 50_000,
        lastFailureAt,
        reason: 'refused',
      })),
    ],
    [
      'unknown',
      [NOW - 30_000, NOW - 20_000].map(noEvidenceAt => ({
        failures: 0,
        noEvidenceAt,
      })),
    ],
  ])(
    'does not change with heartbeats of a cluster that stays %s',
    async (reachability, [first, second]) => {
      const on = await start();
      await on.fill.heartbeat('prod', first);
      const before = await read(on);

      await on.fill.heartbeat('prod', second);

      const after = await read(on);
      const verdicts = [before, after].map(
        ({ clusters }) => clusters.find(({ name }) => name === 'prod')!.verdict,
      );
      expect(verdicts[0].reachability).toBe(reachability);
      expect(verdicts[1].evidence).not.toEqual(verdicts[0].evidence);
      expect(after.version).toBe(before.version);
    },
  );

  it.each<[string, (on: Started) => Promise<unknown>]>([
    [
      'health',
      on => on.fill.applications(agentOn('prod', { health: 'Degraded' })),
    ],
    ['a verdict', on => on.fill.breakCluster('prod')],
    [
      'the reason of a verdict',
      on => on.fill.breakCluster('staging', { reason: 'tls' }),
    ],
    [
      'the begin of a verdict',
      on => on.fill.breakCluster('staging', { firstFailureAt: NOW - 80_000 }),
    ],
    ['freshness', on => on.fill.hub(120_000)],
    ['membership', on => on.fill.remove('agent-dr')],
  ])('changes with %s', async (_, change) => {
    const on = await start();
    await on.fill.breakCluster('staging');
    const { version } = await read(on);

    await change(on);

    expect((await read(on)).version).not.toBe(version);
  });
});
