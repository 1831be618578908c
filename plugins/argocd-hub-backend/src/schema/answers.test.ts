import { readFile } from 'node:fs/promises';
import {
  type ArgocdHubClient,
  errorCodeOf,
} from 'backstage-plugin-argocd-hub-common';
import { until } from '../mirror/__testUtils__/MirrorWorld';
import { component } from '../routers/__testUtils__/startRouter';
import { answerFaults, operationOf } from './__testUtils__/answerFaults';
import { document } from './__testUtils__/document';
import {
  type Exchange,
  LiveBackend,
  tokens,
} from './__testUtils__/LiveBackend';
import { operationsOf } from './__testUtils__/operations';

jest.setTimeout(120_000);

const owner = { token: tokens.owner };
const service = { token: tokens.service };
const AGENT = 'component:default/agent';
/** Answered to whoever is known, with what the caller may see. */
const FOR_EVERYBODY = ['getOpenApi', 'getEntityRollups'];
const prod = { hub: 'main', name: 'prod' };
const agentOnProd = { hub: 'main', namespace: 'argocd', name: 'agent-prod' };

/** What is asked of each operation, by its name. */
const CALLS: Record<
  string,
  (client: ArgocdHubClient, kubeconfig: string) => Promise<unknown>[]
> = {
  getOpenApi: client => [client.getOpenApi(owner), client.getOpenApi(service)],
  getHubs: client => [client.getHubs(owner)],
  getClusters: client => [
    client.getClusters({}, owner),
    client.getClusters({ limit: 1 }, owner),
    client.getClusters({ environment: 'prod', label: 'env=prod' }, owner),
    client.getClusters({ hub: 'main', q: 'PROD' }, owner),
    client.getClusters({ reachability: 'unreachable' }, service),
  ],
  getCluster: client => [client.getCluster(prod, owner)],
  getClusterDeployments: client => [
    client.getClusterDeployments(prod, {}, owner),
    client.getClusterDeployments(prod, { limit: 1 }, owner),
  ],
  getDeployments: client => [
    client.getDeployments({}, owner),
    client.getDeployments({ limit: 1 }, owner),
    client.getDeployments({ hub: 'main', cluster: 'prod', q: 'agent' }, owner),
    client.getDeployments({ environment: 'dr', project: 'none' }, owner),
  ],
  getDeployment: client => [client.getDeployment(agentOnProd, owner)],
  refreshDeployment: client => [
    client.refreshDeployment(agentOnProd, owner),
    client.refreshDeployment(agentOnProd, { ...owner, hard: true }),
  ],
  getEntityDeployments: client => [
    client.getEntityDeployments(AGENT, owner),
    client.getEntityDeployments('component:default/refused', owner),
    client.getEntityDeployments('component:default/plain', owner),
  ],
  getEntityHistory: client => [
    client.getEntityHistory(AGENT, {}, owner),
    client.getEntityHistory(AGENT, { limit: 1, hub: 'main' }, owner),
    client.getEntityHistory(
      AGENT,
      { from: '2020-01-01', to: '2100-01-01T00:00:00Z', cluster: 'prod' },
      owner,
    ),
  ],
  explainEntity: client =>
    ['agent', 'refused', 'plain'].map(name =>
      client.explainEntity(`component:default/${name}`, {}, owner),
    ),
  getApplicationSet: client => [
    client.getApplicationSet(
      { hub: 'main', namespace: 'argocd', name: 'agent-multi-cluster' },
      owner,
    ),
  ],
  getEntityRollups: client => [
    client.getEntityRollups([AGENT, 'component:default/missing'], owner),
    client.getEntityRollups([], owner),
  ],
  getPlacements: client => [
    client.getPlacements(service),
    client
      .getPlacements(service)
      .then(({ cursor }) =>
        client.getPlacements({ ...service, since: cursor }),
      ),
  ],
  planCluster: (client, kubeconfig) => [
    client.planCluster(registration(kubeconfig), owner),
    client.planCluster({ ...registration(kubeconfig), name: 'B A D' }, owner),
  ],
  registerCluster: (client, kubeconfig) => [
    client
      .registerCluster(registration(kubeconfig), owner)
      .then(() => client.registerCluster(registration(kubeconfig), owner)),
  ],
  labelCluster: client => [
    client
      .labelCluster(
        prod,
        { labels: { tier: 'gold' } },
        { ...owner, dryRun: true },
      )
      .then(() => client.labelCluster(prod, { labels: { tier: null } }, owner)),
  ],
};

function registration(kubeconfig: string) {
  return {
    name: 'perf',
    labels: { env: 'perf', 'deploy.agent': 'true' },
    destinationNamespaces: ['agent'],
    credential: { kubeconfig },
  };
}

let live: LiveBackend;

beforeAll(async () => {
  live = await LiveBackend.start({
    entities: [
      component('agent', {
        'argocd-hub/applicationset': 'agent-multi-cluster',
      }),
      component('refused', { 'argocd/app-selector': '!app' }),
      component('plain'),
    ],
  });
  await untilJudged();
});

afterAll(() => live.stop());

/** The controller is not believed before it has been seen to work. */
async function untilJudged(): Promise<void> {
  await until(async () => {
    const { deployment } = await live.client.getDeployment(agentOnProd, owner);
    return deployment.health.status === 'Healthy';
  }, 60_000);
}

const faultsOf = (exchange: Exchange) =>
  answerFaults({ ...exchange, path: exchange.path.split('?')[0] });
const idOf = ({ method, path }: Exchange) =>
  operationOf({ method, path: path.split('?')[0] })?.id;

it('knows what to ask of every operation', () => {
  expect(Object.keys(CALLS).sort()).toEqual(
    operationsOf(document)
      .map(({ id }) => id)
      .sort(),
  );
});

describe.each(Object.keys(CALLS))('%s', id => {
  let exchanges: Exchange[];

  beforeAll(async () => {
    const spoke = live.simulator.spokes.find(({ name }) => name === 'perf')!;
    const kubeconfig = await readFile(spoke.kubeconfigPath, 'utf8');
    const before = live.exchanges.length;
    await Promise.all(CALLS[id](live.client, kubeconfig));
    exchanges = live.exchanges.slice(before);
  });

  it('asks that operation, and is answered as the file says', () => {
    expect(exchanges.map(idOf)).toEqual(exchanges.map(() => id));
    expect(exchanges.flatMap(faultsOf)).toEqual([]);
    expect(exchanges.every(({ status }) => status < 300)).toBe(true);
  });

  it('is refused as the file says', async () => {
    const [first] = exchanges;
    const token = id === 'getPlacements' ? tokens.service : tokens.owner;
    const refusals = [
      await live.repeat(first, { token: tokens.nobody }),
      await live.repeat(first, { token: tokens.stranger }),
      await live.repeat(first, { token, query: 'nonsense=1' }),
      await live.repeat(first, { token, query: 'q=1&q=2&limit=3&limit=4' }),
    ];
    expect(refusals.flatMap(faultsOf)).toEqual([]);
    const [unknown, stranger, ...wrong] = refusals;
    expect(unknown.status).toBe(401);
    expect(FOR_EVERYBODY.includes(id) ? [200] : [403, 404]).toContain(
      stranger.status,
    );
    expect(wrong.map(({ status }) => status)).toEqual([400, 400]);
    expect(wrong[0].body).toMatchObject({
      error: { message: expect.stringContaining("'nonsense'") },
    });
  });
});

it('tells by its code what is away', async () => {
  const { client, simulator } = live;
  const spoke = simulator.spokes.find(({ name }) => name === 'perf')!;
  const kubeconfig = await readFile(spoke.kubeconfigPath, 'utf8');
  const codeOf = async (call: Promise<unknown>) =>
    errorCodeOf(await call.catch(error => error));
  const before = live.exchanges.length;

  await live.control('/spokes/perf/break', { how: 'refused' });
  expect(
    await codeOf(client.registerCluster(registration(kubeconfig), owner)),
  ).toBe('spoke-unreachable');
  await live.control('/hub/break', { how: 'refused' });
  expect(await codeOf(client.refreshDeployment(agentOnProd, owner))).toBe(
    'hub-down',
  );
  expect(live.exchanges.slice(before).flatMap(faultsOf)).toEqual([]);
});
