import { ClustersTab } from './support/ClustersTab';
import { expect, look, test } from './support/test';

// One story over one demo: each chapter begins where the last one ended.
test.describe.configure({ mode: 'serial' });

test('a guest sees every cluster of the service in one tab', async ({
  guest,
}) => {
  const tab = new ClustersTab(guest);
  await tab.open();

  await expect(tab.headline).toHaveText('Healthy on all 3 clusters');
  expect(await tab.clusters()).toEqual(['staging', 'prod', 'dr']);
  for (const [cluster, region] of [
    ['staging', 'us-west'],
    ['prod', 'us-east'],
    ['dr', 'eu-west'],
  ]) {
    const row = tab.row(cluster);
    await expect(row).toContainText(`${cluster} · ${region}`);
    await expect(tab.health(cluster)).toHaveText('Healthy');
    await expect(tab.sync(cluster)).toHaveText('Synced');
    await expect(row).toContainText('1.4.2'); // the image
    await expect(row).toContainText(/\b[0-9a-f]{7}\b/); // the revision
    await expect(row).toContainText(/\bago\b/); // when it was deployed
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
  const tab = new ClustersTab(guest);
  await tab.open();

  const started = Date.now();
  const before = await demo.hubRequests();
  for (let view = 0; view < 100; view++) {
    await guest.getByRole('link', { name: 'Overview' }).click();
    await expect(tab.table).toBeHidden();
    await guest.getByRole('link', { name: 'Clusters' }).click();
    await expect(tab.table).toBeVisible();
  }
  const viewing = Date.now() - started;
  const after = await demo.hubRequests();
  await guest.goto('about:blank');
  await guest.waitForTimeout(viewing);
  const idle = await demo.hubRequests();

  // The mirror's own requests come whether anyone looks or not.
  for (const request of Object.keys(idle)) {
    const whileViewing = (after[request] ?? 0) - (before[request] ?? 0);
    const whileIdle = idle[request] - (after[request] ?? 0);
    expect(whileViewing - whileIdle, request).toBeLessThan(10);
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
    await expect(tab.health('prod')).toHaveText('Healthy');

    await demo.control('POST', '/spokes/prod/break', { how });
    await expect(tab.health('prod')).toContainText('Unknown', {
      timeout: seconds * 1000,
    });
    await expect(tab.health('prod')).toContainText(/was Healthy until/);
    await expect(tab.health('prod')).toContainText(
      `cluster unreachable (${cause})`,
    );
    await expect(tab.sync('prod')).toContainText('Unknown');
    await expect(tab.row('prod')).toContainText(/Unreachable for/);
    await expect(tab.headline).toContainText('Healthy on 2 of 3 clusters');
    await expect(tab.headline).toContainText(/prod .*unreachable/);
    for (const other of ['staging', 'dr']) {
      await expect(tab.health(other)).toHaveText('Healthy');
      await expect(tab.sync(other)).toHaveText('Synced');
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
    await expect(tab.health('prod')).toHaveText('Healthy', {
      timeout: 20_000,
    });
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
