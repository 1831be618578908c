import { Fixture, until } from '../../testing/Fixture';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

describe('the life of an application', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.start();
    await fixture.waitFor('agent-prod', app => !!app.status.reconciledAt);
  });
  afterEach(() => fixture.stop());

  const commit = (tag: string) => fixture.control('/repo/commit', { tag });

  it('deploys a new revision: OutOfSync, Running, Progressing, Healthy', async () => {
    const seen: string[] = [];
    const { body } = await commit('2.0.0');
    const done = await fixture.waitFor('agent-prod', ({ status }) => {
      const { sync, health, operationState } = status;
      const state = `${sync.status} ${health.status} ${operationState?.phase}`;
      if (seen.at(-1) !== state) seen.push(state);
      return (
        sync.revision === body.revision &&
        state === 'Synced Healthy Succeeded' &&
        status.summary.images?.[0] === 'ghcr.io/example/agent:2.0.0'
      );
    });
    expect(seen).toEqual(
      expect.arrayContaining([
        'OutOfSync Healthy Running',
        'Synced Progressing Succeeded',
        'Synced Healthy Succeeded',
      ]),
    );
    expect(done.status.history?.at(-1)).toMatchObject({
      id: 4,
      revision: body.revision,
      initiatedBy: { automated: true },
    });
    expect(done.status.operationState?.syncResult?.resources).toContainEqual(
      expect.objectContaining({ kind: 'Deployment', status: 'Synced' }),
    );
  });

  it('really makes its objects on the spoke, with the replicas of the environment', async () => {
    const { body } = await fixture.kubernetes(
      'prod',
      '/apis/apps/v1/namespaces/agent/deployments/agent',
    );
    expect(body.spec.replicas).toBe(3);
    const staging = await fixture.kubernetes(
      'staging',
      '/apis/apps/v1/namespaces/agent/deployments/agent',
    );
    expect(staging.body.spec.replicas).toBe(1);
  });

  it('F5.9 marks its objects with the tracking annotation', async () => {
    const { body } = await fixture.kubernetes(
      'prod',
      '/api/v1/namespaces/agent/services/agent',
    );
    expect(body.metadata.annotations['argocd.argoproj.io/tracking-id']).toBe(
      'agent-prod:/Service:agent/agent',
    );
  });

  it('heals what somebody changes on the spoke', async () => {
    const path = '/apis/apps/v1/namespaces/agent/deployments/agent';
    const patched = await fixture.kubernetes('prod', path, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { spec: { replicas: 7 } },
    });
    expect(patched.body.spec.replicas).toBe(7);
    await until(async () => {
      const { body } = await fixture.kubernetes('prod', path);
      return body.spec.replicas === 3;
    });
  });

  it('turns Degraded when a rollout does not get ready', async () => {
    await fixture.control('/spokes/prod/fail-next-rollout', {});
    await commit('2.0.0');
    const app = await fixture.waitFor(
      'agent-prod',
      ({ status }) => status.health.status === 'Degraded',
    );
    expect(app.status.operationState?.phase).toBe('Succeeded');
    expect(
      app.status.resources?.find(({ kind }) => kind === 'Deployment')?.health,
    ).toEqual({
      status: 'Degraded',
      message: 'Deployment "agent" exceeded its progress deadline',
    });
    const other = await fixture.waitFor(
      'agent-dr',
      ({ status }) =>
        status.summary.images?.join() === 'ghcr.io/example/agent:2.0.0',
    );
    expect(other.status.health.status).toBe('Healthy');
  });

  it('reports a health of our choosing until that is taken back', async () => {
    const set = (status?: string) =>
      fixture.control('/applications/agent-prod/health', { status });
    const becomes = (wanted: string) =>
      fixture.waitFor(
        'agent-prod',
        ({ status }) => status.health.status === wanted,
      );
    await set('Degraded');
    expect((await becomes('Degraded')).status.sync.status).toBe('Synced');
    await set();
    expect((await becomes('Healthy')).status.sync.status).toBe('Synced');
  });

  it('F5.11 changes nothing while its spoke is away and its cache is held', async () => {
    const before = await fixture.application('agent-prod');
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    const { body: after } = await fixture.hub(
      '/api/v1/applications/agent-prod?refresh=hard',
    );
    expect(after.status.sync.status).toBe('Synced');
    expect(after.status.health).toEqual(before.status.health);
    expect(after.status).not.toHaveProperty('conditions');
  });

  it('F5.11 fails its syncs with the text of the dial', async () => {
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    await commit('2.0.0');
    const app = await fixture.waitFor('agent-prod', ({ status }) =>
      /Failed|Error/.test(status.operationState?.phase ?? ''),
    );
    expect(app.status.operationState?.message).toMatch(
      /dial tcp 127\.0\.0\.1:\d+: connect: connection refused.* \(retried 2 times\)\.$/,
    );
    expect(app.status.health.status).toBe('Healthy');
    const failed = await fixture.waitFor(
      'agent-prod',
      ({ status }) => !!status.conditions?.length,
    );
    expect(failed.status.conditions?.[0]).toMatchObject({
      type: 'SyncError',
      message: expect.stringMatching(/^Failed last sync attempt to \[/),
    });
  });

  it('F5.11 turns Unknown but Healthy when the cache is lost too, after the grace', async () => {
    await fixture.hub(
      `/api/v1/clusters/${fixture.clusterId('prod')}/invalidate-cache`,
      { method: 'POST' },
    );
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    // A refresh that somebody asked for does not wait for the grace to pass.
    const app = await until(async () => {
      await fixture.hub(
        `/api/v1/clusters/${fixture.clusterId('prod')}/invalidate-cache`,
        { method: 'POST' },
      );
      const { body } = await fixture.hub(
        '/api/v1/applications/agent-prod?refresh=normal',
      );
      return body.status.sync.status === 'Unknown' && body;
    });
    expect(app.status.health.status).toBe('Healthy');
    expect(app.status).not.toHaveProperty('resources');
    const { url } = fixture.spoke('prod');
    expect(
      app.status.conditions.map(({ message }: { message: string }) => message),
    ).toEqual([
      expect.stringContaining(
        `Failed to load live state: failed to get cluster info for "${url}": `,
      ),
      expect.stringContaining(
        `Failed to load target state: failed to get cluster version for cluster "${url}": failed to get cluster info for "${url}": error synchronizing cache state : `,
      ),
    ]);
    const { body } = await until(async () => {
      const answer = await fixture.hub(
        `/api/v1/clusters/${fixture.clusterId('prod')}`,
      );
      return answer.body.connectionState.status === 'Failed' && answer;
    });
    expect(body.connectionState.message).toMatch('connection refused');
  });

  it('fails a sync whose credential may not write in the namespace', async () => {
    const readOnly = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'argocd-manager-role' },
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
      ],
    };
    await fixture.kubernetes(
      'prod',
      `${RBAC}/clusterroles/argocd-manager-role`,
      {
        method: 'PUT',
        body: readOnly,
      },
    );
    await commit('2.0.0');
    const app = await fixture.waitFor(
      'agent-prod',
      ({ status }) => status.operationState?.phase === 'Failed',
    );
    expect(app.status.operationState?.message).toMatch(
      /^one or more objects failed to apply, reason: .*deployments\.apps "agent" is forbidden: User "system:serviceaccount:kube-system:argocd-manager" cannot patch resource "deployments" in API group "apps" in the namespace "agent"/,
    );
    expect(app.status.operationState?.syncResult?.resources).toContainEqual(
      expect.objectContaining({ kind: 'Deployment', status: 'SyncFailed' }),
    );
  });
});

describe('the live read of a spoke', () => {
  let fixture: Fixture;
  let events: (headers?: Record<string, string>) => ReturnType<Fixture['hub']>;
  beforeAll(async () => {
    fixture = await Fixture.start();
    await fixture.waitFor('agent-prod', app => !!app.status.reconciledAt);
    const query = await fixture.eventQuery('agent-prod', 'Service');
    events = headers =>
      fixture.hub(`/api/v1/applications/agent-prod/events?${query}`, {
        headers,
      });
  });
  afterEach(() => fixture.control('/spokes/prod/heal', {}));
  afterAll(() => fixture.stop());

  it('F10.2.1 lists the events of one resource from the spoke', async () => {
    const { status, body } = await events();
    expect([status, body.items]).toEqual([200, []]);
  });

  it('F10.2.2 does not touch the spoke for what is no part of the application', async () => {
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    const { status, body } = await fixture.hub(
      '/api/v1/applications/agent-prod/events?resourceUID=x&resourceName=y&resourceNamespace=z',
    );
    expect([status, body.message]).toEqual([
      400,
      'y not found as part of application agent-prod',
    ]);
    const missing = await fixture.hub(
      '/api/v1/applications/none/events?resourceUID=x',
    );
    expect([missing.status, missing.body.message]).toEqual([
      403,
      'permission denied',
    ]);
  });

  it('F10.2.3 tells a refused connection in the words of the dial', async () => {
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    const { status, body } = await events();
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(
      /^error listing resource events: Get "https:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/agent\/events\?fieldSelector=.*": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    );
  });

  it('F1.1.13 F10.2.1 ends at the deadline of the caller when nothing answers', async () => {
    await fixture.control('/spokes/prod/break', { how: 'black-holed' });
    const start = Date.now();
    const { status, body } = await events({ 'Grpc-Timeout': '300m' });
    expect([status, body.code]).toEqual([504, 4]);
    expect(body.message).toBe('context deadline exceeded');
    expect(Date.now() - start).toBeLessThan(900);
  });

  it('F10.2.3 passes on what the spoke refuses', async () => {
    const path = `${RBAC}/clusterrolebindings/argocd-manager-role-binding`;
    await fixture.kubernetes('prod', path, { method: 'DELETE' });
    const forbidden = await events();
    expect(forbidden.status).toBe(403);
    expect(forbidden.body.message).toBe(
      'error listing resource events: events is forbidden: User "system:serviceaccount:kube-system:argocd-manager" cannot list resource "events" in API group "" in the namespace "agent"',
    );
    await fixture.kubernetes(
      'prod',
      '/api/v1/namespaces/kube-system/secrets/argocd-manager-long-lived-token',
      { method: 'DELETE' },
    );
    const dead = await events();
    expect(dead.status).toBe(401);
    expect(dead.body.message).toBe(
      'error listing resource events: Unauthorized',
    );
  });
});
