import { ClusterTab } from './support/ClusterTab';
import { ClustersTab } from './support/ClustersTab';
import { OnboardingForm } from './support/OnboardingForm';
import { formsOf, logsIn, rowsIn } from './support/secrets';
import { expect, look, test } from './support/test';

// One story over one demo: each chapter begins where the last one ended.
test.describe.configure({ mode: 'serial' });

const GOOD = { health: 'Healthy', sync: 'Synced' };
const UNKNOWN = { health: 'Unknown', sync: 'Unknown' };

test('a guest sees every cluster of the service in one tab', async ({
  guest,
}) => {
  const tab = new ClustersTab(guest);
  await tab.open();

  // The first heartbeats come some seconds after the start.
  await expect(tab.headline).toHaveText('Healthy on all 3 clusters', {
    timeout: 30_000,
  });
  expect(await tab.clusters()).toEqual(['staging', 'prod', 'dr']);
  for (const [cluster, region] of [
    ['staging', 'us-west'],
    ['prod', 'us-east'],
    ['dr', 'eu-west'],
  ]) {
    const row = tab.row(cluster);
    await expect(row).toContainText(`${cluster} · ${region}`);
    await tab.expectStatus(cluster, GOOD);
    await expect(row.getByText('1.4.2', { exact: true })).toBeVisible();
    await expect(row.getByText(/^[0-9a-f]{7}$/)).toBeVisible(); // the revision
    await expect(row.getByText(/ ago$/)).toBeVisible(); // when it was deployed
    const link = row.getByRole('link', { name: /in Argo CD/ });
    await expect(link).toHaveAttribute(
      'href',
      new RegExp(`/applications/argocd/agent-${cluster}$`),
    );
  }
  await look(guest, 'clusters');
});

test('a hundred views of the tab ask the hub for nothing', async ({
  guest,
  demo,
}) => {
  // What the mirror asks whether anyone looks or not.
  const idleMs = 15_000;
  const idle = await demo.countHubRequests(() => guest.waitForTimeout(idleMs));

  const tab = new ClustersTab(guest);
  await tab.open();
  const started = Date.now();
  const viewing = await demo.countHubRequests(async () => {
    for (let view = 0; view < 20; view++) {
      await guest.getByRole('link', { name: 'Overview' }).click();
      await expect(tab.table).toBeHidden();
      await guest.getByRole('link', { name: 'Clusters' }).click();
      await expect(tab.table).toBeVisible();
    }
    for (let view = 0; view < 80; view++) {
      expect((await demo.api(tab.route)).status).toBe(200);
    }
  });
  const times = (Date.now() - started) / idleMs;
  for (const [request, count] of Object.entries(viewing)) {
    const own = ((idle[request] ?? 0) + 2) * times; // 2: polls at its edges
    expect(count, request).toBeLessThanOrEqual(Math.min(own + 5, 95));
  }
});

for (const { how, seconds, cause } of [
  { how: 'refused', seconds: 15, cause: 'connection refused' },
  { how: 'black-holed', seconds: 25, cause: 'no answer in time' },
]) {
  test(`a cluster whose connections are ${how} turns Unknown, though the hub says Healthy`, async ({
    guest,
    demo,
  }) => {
    const tab = new ClustersTab(guest);
    await tab.open();
    await tab.expectStatus('prod', GOOD);

    await demo.control('POST', '/spokes/prod/break', { how });
    await tab.expectStatus('prod', UNKNOWN, { timeout: seconds * 1000 });
    await expect(tab.health('prod')).toContainText(/was Healthy until/);
    await expect(tab.health('prod')).toContainText(
      `cluster unreachable (${cause})`,
    );
    const pill = tab.row('prod').getByText(/^Unreachable for/);
    await expect(pill).toBeVisible();
    expect((await pill.boundingBox())?.height).toBeLessThan(30); // one line
    await expect(tab.headline).toContainText('Healthy on 2 of 3 clusters');
    await expect(tab.headline).toContainText(/prod .*unreachable/);
    for (const other of ['staging', 'dr']) {
      await tab.expectStatus(other, GOOD);
    }

    // What a plain look at the hub says meanwhile.
    const { status } = await demo.hub('/applications/agent-prod');
    expect(status.sync.status).toBe('Synced');
    expect(status.health.status).toBe('Healthy');
    const { items } = await demo.hub('/clusters');
    const prod = items.find((item: { name: string }) => item.name === 'prod');
    expect(prod.connectionState.status).toBe('Successful');
    if (how === 'refused') await look(guest, 'prod-broken');

    await demo.control('POST', '/spokes/prod/heal');
    await tab.expectStatus('prod', GOOD, { timeout: 20_000 });
    await expect(tab.headline).toHaveText('Healthy on all 3 clusters');
  });
}

test('the last known state outlives the hub, and a restart of the backend', async ({
  guest,
  demo,
}) => {
  const tab = new ClustersTab(guest);
  await tab.open();
  await demo.control('POST', '/hub/break', { how: 'refused' });
  const alert = guest.getByText('Demo hub does not answer');
  await expect(alert).toBeVisible({ timeout: 60_000 });
  const asOf = guest.getByText(/What you see is as of .+ ago\./);
  await expect(asOf).toBeVisible();
  expect(await tab.clusters()).toEqual(['staging', 'prod', 'dr']);
  await look(guest, 'hub-broken');

  await demo.stopBackend();
  await demo.startBackend();
  await guest.goto(demo.url + tab.path);
  await expect(tab.table).toBeVisible();
  expect(await tab.clusters()).toEqual(['staging', 'prod', 'dr']);
  await expect(tab.headline).not.toContainText('Healthy on all');
  await expect(asOf).toBeVisible({ timeout: 60_000 });

  await demo.control('POST', '/hub/heal');
  await expect(alert).toBeHidden({ timeout: 60_000 });
  await expect(tab.headline).toHaveText('Healthy on all 3 clusters', {
    timeout: 60_000,
  });
});

test('the catalog knows the clusters, and which the service runs on', async ({
  demo,
}) => {
  await expect(async () => {
    const agent = await demo.entity('component', 'agent');
    expect(agent.metadata.annotations).toMatchObject({
      'argocd-hub/clusters': 'dr,prod,staging',
    });
    const prod = await demo.entity('resource', 'prod');
    expect(prod.spec).toMatchObject({ type: 'kubernetes-cluster' });
  }).toPass({ timeout: 30_000 });
});

test('the page of a cluster says whether it answers, and what runs there', async ({
  guest,
  demo,
}) => {
  const tab = new ClusterTab(guest, 'prod');
  await guest.goto(`${demo.url}/catalog/default/resource/prod`);
  await guest.getByRole('link', { name: 'Deployments' }).click();
  await expect(guest).toHaveURL(new RegExp(`${tab.path}$`));
  await expect(tab.headline).toHaveText('prod answers');
  await expect(tab.evidence).toContainText(
    'Heartbeat through the hub: answers',
  );
  await tab.expectHealth('agent-prod', 'Healthy');
  await expect(
    tab.row('agent-prod').getByRole('link', { name: /^agent$/i }),
  ).toHaveAttribute('href', /\/catalog\/default\/component\/agent$/);
  await look(guest, 'cluster');

  await demo.control('POST', '/spokes/prod/break', { how: 'refused' });
  await expect(tab.headline).toContainText(
    /prod has been unreachable for .+: connection refused/,
    { timeout: 25_000 },
  );
  await tab.expectHealth('agent-prod', 'Unknown');
  await look(guest, 'cluster-broken');
  await demo.control('POST', '/spokes/prod/heal');
  await expect(tab.headline).toHaveText('prod answers', { timeout: 25_000 });
  await tab.expectHealth('agent-prod', 'Healthy', { timeout: 20_000 });
});

test('a search for a cluster finds it, and the service that runs there', async ({
  guest,
  demo,
}) => {
  await expect(async () => {
    const { results } = await (
      await demo.api('/search/query?term=prod')
    ).json();
    const found = results.map(
      ({ document }: { document: { title: string } }) => document.title,
    );
    expect(found).toEqual(expect.arrayContaining(['Agent', 'prod']));
  }).toPass({ timeout: 60_000 });

  await guest.goto(`${demo.url}/search?query=prod`);
  const found = guest.getByRole('listitem');
  await expect(
    found.getByRole('link', { name: 'Agent', exact: true }),
  ).toBeVisible();
  await found.getByRole('link', { name: 'prod', exact: true }).click();
  await expect(guest).toHaveURL(/\/catalog\/default\/resource\/prod/);
});

const PERF = { name: 'perf', env: 'perf', region: 'us-central' };

test('a kubeconfig with another CA is refused in plain words, and leaves no trace', async ({
  guest,
  demo,
}) => {
  const wrong = (await demo.kubeconfig('perf')).replace(
    /certificate-authority-data: .*/,
    /certificate-authority-data: .*/.exec(await demo.kubeconfig('dr'))![0],
  );
  const before = await demo.objectsOf('perf');
  const { log, status } = await demo.runTemplate(wrong, PERF);
  expect(status).toBe('failed');
  expect(log).toMatch(/was not issued by the certificate authority/);
  expect(await demo.objectsOf('perf')).toEqual(before);
  expect(await demo.clusterNames()).toEqual(['dr', 'prod', 'staging']);
  await expect(new ClustersTab(guest).row('perf')).toBeHidden();
});

test('a cluster is added from the tab, and appears there without a reload', async ({
  guest,
  demo,
}) => {
  const tab = new ClustersTab(guest);
  await tab.open();

  const other = await guest.context().newPage();
  const form = new OnboardingForm(other);
  for (const scheme of ['light', 'dark'] as const) {
    const schemes = [scheme];
    await other.emulateMedia({ colorScheme: scheme });
    await other.goto(demo.url + tab.path);
    await new ClustersTab(other).addCluster.click();
    await form.fillCluster(PERF);
    await expect(other.getByLabel('Value of deploy.agent')).toHaveValue('true');
    await look(other, 'onboarding-cluster', { within: 'fieldset', schemes });
    await form.next();
    await form.fillCredential(await demo.kubeconfig('perf'));
    await expect(form.credential).toContainText('Kubeconfig received');
    const within = '[role=group][aria-label=Kubeconfig]';
    await look(other, 'onboarding-credential', { within, schemes });
  }
  await form.review();
  await form.create();
  await expect(form.result).toBeVisible({ timeout: 90_000 });
  await look(other, 'onboarding-done', { within: null, schemes: ['dark'] });

  await tab.expectStatus('perf', GOOD, { timeout: 20_000 });
  await expect(tab.headline).toHaveText('Healthy on all 4 clusters', {
    timeout: 20_000,
  });
  expect(await tab.clusters()).toEqual(['staging', 'prod', 'dr', 'perf']);
  await look(guest, 'clusters-four');

  await expect(async () => {
    const agent = await demo.entity('component', 'agent');
    expect(agent.metadata.annotations).toMatchObject({
      'argocd-hub/clusters': 'dr,perf,prod,staging',
    });
    const perf = await demo.entity('resource', 'perf');
    expect(perf.spec).toMatchObject({ type: 'kubernetes-cluster' });
  }).toPass({ timeout: 30_000 });
});

test('the same again changes nothing, and says so', async ({ demo }) => {
  const before = await demo.objectsOf('perf');
  const { log, status } = await demo.runTemplate(
    await demo.kubeconfig('perf'),
    PERF,
  );
  expect(status).toBe('completed');
  expect(log).toContain('Nothing to change');
  expect(await demo.objectsOf('perf')).toEqual(before);
});

test('no secret is in a task, a log or the database', async ({ demo }) => {
  const [, token] = /token: (.+)/.exec(await demo.kubeconfig('perf'))!;
  const tasks = await demo.api('/scaffolder/v2/tasks');
  const everything = [
    await tasks.text(),
    logsIn(demo.directory),
    rowsIn(demo.databaseDir),
  ].join('\n');
  expect(everything).toContain('onboard-spoke'); // the search does find things
  for (const secret of [token, demo.hubToken]) {
    for (const form of formsOf(secret)) {
      expect(everything.includes(form)).toBe(false);
    }
  }
});
