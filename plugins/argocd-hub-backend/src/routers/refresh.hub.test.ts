import request from 'supertest';
import { HubFixture } from '../hub/__testUtils__/HubFixture';
import { agentOn, as, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const DEPLOYMENTS = '/api/argocd-hub/deployments/main/argocd';

const fixture = new HubFixture();
let started: Awaited<ReturnType<typeof startRouter>> | undefined;

afterEach(async () => {
  await started?.stop();
  await fixture.stop();
});

/** A router that knows applications of the demo's hub, and one that was there a moment ago. */
async function start() {
  const { client, control } = await fixture.simulator(
    {},
    { requestTimeoutMs: 10_000 },
  );
  started = await startRouter({ hubClient: client });
  const { fill, server, mapping } = started;
  await fill.hub();
  await fill.clusters('prod', 'gone');
  await fill.applications(agentOn('prod'), agentOn('gone'));
  await mapping.sync();
  return {
    ...{ client, control },
    refresh: (name: string) =>
      request(server).post(`${DEPLOYMENTS}/${name}/refresh`).set(as.owner),
  };
}

const statuses = (answers: { status: number }[]) =>
  answers.map(({ status }) => status);

it('is taken by a hub whose controller is dead, and keeps no other call waiting', async () => {
  const { client, control, refresh } = await start();
  expect((await refresh('agent-prod')).status).toBe(202);
  const [prod] = (await client.listClusters()).filter(
    ({ name }) => name === 'prod',
  );
  await control('/hub/shards/0/kill', {});

  let isDone = false;
  const refreshes = Promise.all(
    Array.from({ length: 11 }, () => refresh('agent-prod')),
  ).finally(() => {
    isDone = true;
  });
  await client.replaceLabels(prod.server, {
    name: prod.name,
    labels: prod.labels ?? {},
  });
  expect(isDone).toBe(false);

  expect(statuses(await refreshes)).toEqual(Array(11).fill(202));
  const { metadata } = await client.getApplication('agent-prod', {
    namespace: 'argocd',
  });
  expect(metadata).toMatchObject({
    annotations: { 'argocd.argoproj.io/refresh': 'normal' },
  });
});

it('is told of an application that was deleted like of one that never was', async () => {
  const { refresh } = await start();

  const answers = [await refresh('agent-gone'), await refresh('agent-never')];

  expect(statuses(answers)).toEqual([404, 404]);
  const [gone, never] = answers.map(({ body }) => body.error);
  expect({ ...gone, message: '' }).toEqual({ ...never, message: '' });
});

it('is told of a hub that lets its account see the application no more as of our fault', async () => {
  const { control, refresh } = await start();
  await control('/hub/policy', { policy: '' });

  const { status, body } = await refresh('agent-prod');

  expect(status).toBe(503);
  expect(body.error.code).toBe('hub-auth');
});
