import { HubServer, run } from '../__testUtils__/HubServer';
import { createLabelClusterAction } from './createLabelClusterAction';
import { createPlanClusterAction } from './createPlanClusterAction';
import { createRegisterClusterAction } from './createRegisterClusterAction';

const KUBECONFIG = 'apiVersion: v1\nkind: Config\ntoken: canary-7f3a91d2\n';
const secrets = { kubeconfig: Buffer.from(KUBECONFIG).toString('base64') };
const input = {
  name: 'perf',
  labels: { 'deploy.agent': 'true' },
  destinationNamespaces: ['agent'],
  preset: 'scoped',
};
const plan = {
  hub: 'main',
  name: 'perf',
  server: 'https://perf.example.com',
  labels: { 'deploy.agent': 'true', lifecycle: 'active' },
  registered: false,
  checks: [
    { check: 'tls', result: 'passed', message: 'The certificate fits.' },
    { check: 'labels', result: 'warning', message: 'An odd environment.' },
  ],
  manifests: [{}, {}, {}],
  unchanged: ['Namespace agent'],
  appears: [
    { applicationSet: 'a', application: 'agent-perf', at: 'labels' },
    { applicationSet: 'b', at: 'labels' },
  ],
  kept: [],
};
const registered = {
  hub: 'main',
  name: 'perf',
  server: 'https://perf.example.com',
  changed: true,
  changes: ['Namespace argocd-hub created', 'perf registered with hub main'],
  checks: plan.checks,
};

let hub: HubServer;

beforeEach(async () => {
  hub = await HubServer.start();
});

afterEach(async () => {
  await hub.stop();
});

function expectNoSecret(result: object) {
  const text = JSON.stringify(result);
  expect(text).not.toContain('canary');
  expect(text).not.toContain(secrets.kubeconfig);
}

describe('argocd-hub:cluster:plan', () => {
  it('leaves the choice of the hub open when its field is empty', async () => {
    hub.answer('POST /clusters/plan', plan);
    const action = createPlanClusterAction(hub);
    await run(action, { input: { ...input, hub: '' }, secrets });
    await run(action, { input: { ...input, hub: 'eu' }, secrets });
    expect(hub.calls.map(({ body }) => body.hub)).toEqual([undefined, 'eu']);
  });

  it('calls as the initiator and puts out names', async () => {
    hub.answer('POST /clusters/plan', plan);
    const result = await run(createPlanClusterAction(hub), { input, secrets });
    expect(result.error).toBeUndefined();
    expect(result.outputs).toEqual({
      hub: 'main',
      name: 'perf',
      server: 'https://perf.example.com',
      labels: plan.labels,
      registered: false,
      applications: ['agent-perf'],
      deploys: true,
    });
    expect(result.log).toEqual([
      'Checking whether perf can be registered',
      '✓ tls: The certificate fits.',
      '! labels: An odd environment.',
    ]);
    expect(hub.calls).toEqual([
      {
        route: 'POST /clusters/plan',
        authorization: expect.stringContaining('mock-service-token'),
        body: { ...input, credential: { kubeconfig: KUBECONFIG } },
      },
    ]);
    expect(hub.calls[0].authorization).toContain('user:default/mock');
    expectNoSecret(result);
  });

  it('fails with the words of the failed checks', async () => {
    const failed = { check: 'rights', result: 'failed', message: 'Too few.' };
    hub.answer('POST /clusters/plan', { ...plan, checks: [failed] });
    const { error, log } = await run(createPlanClusterAction(hub), {
      input,
      secrets,
    });
    expect(error?.message).toBe('perf cannot be registered. Too few.');
    expect(log).toContain('✗ rights: Too few.');
  });

  it('takes a kubeconfig as it is, and the name of a configured one', async () => {
    hub.answer('POST /clusters/plan', plan);
    const action = createPlanClusterAction(hub);
    await run(action, { input, secrets: { kubeconfig: KUBECONFIG } });
    await run(action, { input: { ...input, credential: 'bootstrap' } });
    expect(hub.calls.map(({ body }) => body.credential)).toEqual([
      { kubeconfig: KUBECONFIG },
      { name: 'bootstrap' },
    ]);
  });

  it('says how to give a kubeconfig when there is none', async () => {
    const { error } = await run(createPlanClusterAction(hub), { input });
    expect(error?.message).toContain('ArgocdHubCredential');
    expect(hub.calls).toEqual([]);
  });
});

describe('argocd-hub:cluster:register', () => {
  it('registers and says what was made', async () => {
    hub.answer('POST /clusters', registered);
    const result = await run(createRegisterClusterAction(hub), {
      input,
      secrets,
    });
    expect(result.outputs).toEqual({
      hub: 'main',
      name: 'perf',
      server: 'https://perf.example.com',
      changed: true,
      changes: registered.changes,
    });
    expect(result.log.slice(-3)).toEqual([
      '+ Namespace argocd-hub created',
      '+ perf registered with hub main',
      'perf is registered with hub main.',
    ]);
    expect(Object.keys(result.checkpoints)).toEqual([
      'argocd-hub.register..perf',
    ]);
    expectNoSecret(result);
  });

  it('says that nothing had to be changed', async () => {
    hub.answer('POST /clusters', {
      ...registered,
      changed: false,
      changes: [],
    });
    const { log } = await run(createRegisterClusterAction(hub), {
      input,
      secrets,
    });
    expect(log.at(-1)).toBe(
      'Nothing to change: perf was registered with hub main before.',
    );
  });

  it('fails in the words of the route', async () => {
    const words = 'Nothing was changed, because the preflight failed.';
    hub.refuse('POST /clusters', 400, 'InputError', words);
    const { error } = await run(createRegisterClusterAction(hub), {
      input,
      secrets,
    });
    expect(error?.message).toBe(words);
  });

  it('only plans in a dry run', async () => {
    hub.answer('POST /clusters/plan', plan);
    const { log, outputs } = await run(createRegisterClusterAction(hub), {
      input,
      secrets,
      isDryRun: true,
    });
    expect(hub.calls.map(({ route }) => route)).toEqual([
      'POST /clusters/plan',
    ]);
    expect(log.at(-1)).toBe(
      'Dry run: perf would be registered with hub main, and 2 objects would be made on it.',
    );
    expect(outputs.changed).toBe(false);
  });
});

describe('argocd-hub:cluster:label', () => {
  const label = {
    hub: 'main',
    cluster: 'perf',
    labels: { 'deploy.agent': 'true', old: null },
  };
  const route = 'PATCH /clusters/main/perf/labels';

  it('sets labels', async () => {
    const labels = { env: 'perf', 'deploy.agent': 'true' };
    hub.answer(route, { hub: 'main', name: 'perf', labels, changed: true });
    const { log, outputs } = await run(createLabelClusterAction(hub), {
      input: label,
    });
    expect(outputs).toEqual({ labels, changed: true });
    expect(log).toEqual(['perf is now labelled env=perf, deploy.agent=true']);
    expect(hub.calls[0].body).toEqual({ labels: label.labels });
  });

  it('previews in a dry run, and does not mind that nobody registered the cluster', async () => {
    const action = createLabelClusterAction(hub);
    const first = await run(action, { input: label, isDryRun: true });
    expect(first.error).toBeUndefined();
    expect(first.log[0]).toContain('is not registered yet');
    expect(first.outputs.labels).toEqual({ 'deploy.agent': 'true' });

    hub.answer(`${route}?dryRun=true`, {
      hub: 'main',
      name: 'perf',
      labels: { env: 'perf' },
      changed: true,
      preview: {
        appears: [{ applicationSet: 'a', application: 'agent-perf' }],
        vanishes: [{ applicationSet: 'old', deleted: true }],
        notes: ['A note.'],
      },
    });
    const second = await run(action, { input: label, isDryRun: true });
    expect(second.log).toEqual([
      'Dry run: perf would be labelled env=perf',
      'Dry run: a would make agent-perf',
      'Dry run: old would delete its applications there',
      'A note.',
    ]);
  });

  it('fails where the cluster is missing', async () => {
    const { error } = await run(createLabelClusterAction(hub), {
      input: label,
    });
    expect(error).toBeDefined();
  });
});
