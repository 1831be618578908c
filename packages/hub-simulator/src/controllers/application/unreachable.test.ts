import { CONTROL_PLANE } from '../../state/names';
import type { LiveReader } from './compare';
import { compare } from './compare';
import { LiveObjects } from '../cluster/LiveObjects';
import { configMap, World } from '../__testUtils__/World';

const GRACE_MS = 180_000;

describe('an application whose spoke is away', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.commit([configMap('one')]);
    world.create('web');
    await world.sync('web');
    await world.when('web', app => app.status.sync.status === 'Synced');
  });
  afterEach(() => world.stop());

  const invalidate = () => {
    const { clusters } = world.state;
    const { metadata } = world.state.clustersByName('edge')[0];
    clusters.update(metadata.name, CONTROL_PLANE, draft => {
      draft.metadata.annotations = {
        'argocd.argoproj.io/refresh': world.state.clock.timestamp(
          new Date(Date.now() + 1000),
        ),
      };
    });
  };
  const lose = async () => {
    await world.spoke('edge').break('refused');
    invalidate();
    await world.pass(2000);
  };
  const periodic = () => world.hub.applications!.enqueue(world.app('web'), 0);
  const dial = () => `dial tcp 127.0.0.1:${world.spoke('edge').port}:`;

  it('F2.8 F5.11 shows nothing of it while the cache is held', async () => {
    const before = world.app('web').status;
    await world.spoke('edge').break('refused');
    const { status } = await world.refresh('web');
    expect({ ...status, reconciledAt: '' }).toEqual({
      ...before,
      reconciledAt: '',
    });
  });

  it('F5.11 fails to sync, in the words of the dial', async () => {
    await world.spoke('edge').break('refused');
    const { status } = await world.sync('web');
    expect(status.operationState?.phase).toBe('Failed');
    expect(status.operationState?.message).toContain(
      `${dial()} connect: connection refused`,
    );
  });

  it('F5.11 F10.2.5 meets a bad certificate though a connection was open', async () => {
    await world
      .spoke('edge')
      .break({ kind: 'bad-certificate', how: 'expired' });
    const { status } = await world.sync('web');
    expect(status.operationState?.phase).toBe('Failed');
    expect(status.operationState?.message).toContain(
      'tls: failed to verify certificate: x509: ',
    );
    invalidate();
    await world.pass(2000);
    const { status: lost } = await world.refresh('web');
    expect(lost.sync.status).toBe('Unknown');
  });

  it('F5.11 F10.2.5 syncs though what was open fell silent', async () => {
    await world.spoke('edge').break('half-open');
    const { status } = await world.sync('web');
    expect(status.operationState?.phase).toBe('Succeeded');
  });

  it('F5.11 is frozen for the grace, then Unknown and Healthy', async () => {
    const before = world.app('web').status;
    await lose();
    periodic();
    await world.pass(3000);
    expect(world.app('web').status).toEqual(before);
    await world.pass(GRACE_MS);
    periodic();
    const { status } = await world.when(
      'web',
      app => app.status.sync.status === 'Unknown',
    );
    expect(status.health.status).toBe('Healthy');
    expect(status.health.lastTransitionTime).toBe(
      before.health.lastTransitionTime,
    );
    expect(status).not.toHaveProperty('resources');
    expect(status.summary).toEqual(before.summary);
    const { url } = world.spoke('edge');
    const info = `failed to get cluster info for "${url}": error synchronizing cache state : `;
    expect(
      status.conditions?.map(({ type, message }) => `${type}: ${message}`),
    ).toEqual([
      expect.stringContaining(
        `ComparisonError: Failed to load live state: ${info}`,
      ),
      expect.stringContaining(
        `ComparisonError: Failed to load target state: failed to get cluster version for cluster "${url}": ${info}`,
      ),
    ]);
  });

  it('F5.11 is Unknown at once when a person asks', async () => {
    await lose();
    const { status } = await world.refresh('web');
    expect(status.sync.status).toBe('Unknown');
  });

  it('F5.4 stamps the second of two errors at each refresh', async () => {
    await lose();
    await world.refresh('web');
    const past = '2026-01-01T00:00:00Z';
    world.update('web', draft => {
      for (const condition of draft.status.conditions!) {
        condition.lastTransitionTime = past;
      }
    });
    const { status } = await world.refresh('web');
    expect(
      status.conditions?.map(each => each.lastTransitionTime === past),
    ).toEqual([true, false]);
  });

  it('F5.11 comes back when its spoke does', async () => {
    await lose();
    await world.refresh('web');
    await world.spoke('edge').heal();
    await world.pass(10_000);
    const { status } = await world.refresh('web');
    expect([status.sync.status, status.health.status]).toEqual([
      'Synced',
      'Healthy',
    ]);
    expect(status).not.toHaveProperty('conditions');
  });

  it('F5.11 F10.2.4 loses its tree with its cluster, but not with its cache', async () => {
    const tree = () => world.state.redis.trees.get('argocd/web');
    const before = tree();
    expect(before?.nodes).toHaveLength(1);
    await lose();
    await world.refresh('web');
    expect(tree()).toEqual(before);
    const { metadata } = world.state.clustersByName('edge')[0];
    world.state.clusters.delete(metadata.name, CONTROL_PLANE);
    const { status } = await world.when(
      'web',
      app => app.status.health.status === 'Unknown',
    );
    expect(status.conditions?.map(({ type }) => type)).toContain(
      'InvalidSpecError',
    );
    expect(tree()).toEqual({ nodes: [] });
  });

  it('F5.11 F5.8 is refused when two clusters have its name', async () => {
    const { url } = world.spoke('edge');
    world.update('web', draft => {
      draft.spec.destination = { name: 'edge', namespace: 'shop' };
    });
    await world.when(
      'web',
      ({ status }) => !!JSON.stringify(status.sync).match('"name":"edge"'),
    );
    world.state.clusters.create({
      metadata: { name: 'twin', namespace: CONTROL_PLANE },
      data: { name: 'edge', server: 'https://twin.example.com', config: {} },
    });
    const { status } = await world.refresh('web');
    expect(status.conditions?.[0].message).toMatch(
      /^there are 2 clusters with the same name: \[/,
    );
    expect(status.conditions?.[0].message).toContain(url);
    expect(status.health.status).toBe('Unknown');
  });

  it('F5.11 is Missing with Unknown resources when only the live state fails', async () => {
    let calls = 0;
    const caches: LiveReader = {
      peek: () => ({ kinds: [] }),
      live: async () => {
        calls += 1;
        if (calls > 1) throw new Error('gone');
        return new LiveObjects();
      },
    };
    const app = world.app('web');
    const found = await compare(
      {
        state: world.state,
        caches,
        app,
        project: world.state.projects.get('default', CONTROL_PLANE)!,
        sources: [app.spec.source!],
        revisions: ['main'],
      },
      () => true,
    );
    expect(found).toMatchObject({
      sync: { status: 'Unknown' },
      health: 'Missing',
      conditions: [
        { type: 'ComparisonError', message: 'Failed to load live state: gone' },
      ],
    });
    expect(found?.pairs.map(({ status }) => status.status)).toEqual([
      'Unknown',
    ]);
  });

  it('F10.2.4 F1.6.4 does not write again what it wrote in the last ten minutes', async () => {
    const { redis } = world.state;
    const keys = () => [
      redis.trees.get('argocd/web'),
      redis.managedResources.get('argocd/web'),
    ];
    expect(keys()).toEqual([expect.anything(), expect.anything()]);
    redis.flush();
    await world.refresh('web');
    expect(keys()).toEqual([undefined, undefined]);
    await world.pass(600_000);
    await world.refresh('web');
    expect(keys()).toEqual([expect.anything(), expect.anything()]);
  }, 40_000);
});
