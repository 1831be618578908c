import request from 'supertest';
import { agentOn, as, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const LIST = '/clusters';
const ONE = '/clusters/main/in-cluster';

let started: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  started = await startRouter();
  await started.fill.hub();
  await started.fill.ownCluster();
});

afterAll(() => started.stop());

const get = (path: string) =>
  request(started.server).get(`/api/argocd-hub${path}`).set(as.owner);

/** Names in the list, and how the routes of the one cluster answer. */
async function shown() {
  const { body } = await get(LIST);
  const answers = [await get(ONE), await get(`${ONE}/deployments`)];
  return [
    body.items.map(({ name }: { name: string }) => name),
    ...answers.map(({ status }) => status),
  ];
}

it("shows the hub's own cluster only while something runs there, in lists and by name", async () => {
  expect(await shown()).toEqual([[], 404, 404]);

  await started.fill.applications(agentOn('in-cluster'));
  expect(await shown()).toEqual([['in-cluster'], 200, 200]);

  await started.fill.remove('agent-in-cluster');
  expect(await shown()).toEqual([[], 404, 404]);
});

it('answers for it as for a cluster that is not there', async () => {
  const [own, missing] = [await get(ONE), await get('/clusters/main/missing')];
  expect(own.body.error).toEqual(missing.body.error);
});
