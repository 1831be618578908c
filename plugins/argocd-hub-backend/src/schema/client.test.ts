import { mockCredentials } from '@backstage/backend-test-utils';
import {
  ArgocdHubClient,
  errorCodeOf,
} from 'backstage-plugin-argocd-hub-common';
import { HubError } from '../hub/HubError';
import {
  agentOn,
  OWNER,
  startRouter,
  STRANGER,
} from '../routers/__testUtils__/startRouter';

jest.setTimeout(60_000);

const AGENT = 'component:default/agent';
/** What an address must bear: an ARN, and what has a meaning in one. */
const NAMES = [
  'arn:aws:eks:eu:1:cluster/big',
  'a b+c',
  'a?b=c&d',
  'a#b',
  '100%25',
  'ä😀',
  "o'neil",
];
const owner = { token: mockCredentials.user.token(OWNER) };
const stranger = { token: mockCredentials.user.token(STRANGER) };

let started: Awaited<ReturnType<typeof startRouter>>;
let client: ArgocdHubClient;
const refreshApplication = jest.fn();

beforeAll(async () => {
  started = await startRouter({
    ownerOnly: ['argocd-hub.cluster.read', 'argocd-hub.deployment.read'],
    hubClient: { refreshApplication },
  });
  await started.fill.hub();
  await started.fill.clusters('prod', ...NAMES);
  await started.fill.applications(agentOn('prod'));
  const { port } = started.server as unknown as { port(): number };
  const base = `http://localhost:${port.call(started.server)}/api`;
  client = new ArgocdHubClient({
    discoveryApi: { getBaseUrl: async pluginId => `${base}/${pluginId}` },
  });
});

afterAll(() => started.stop());

it.each(NAMES)('reaches a cluster named %j', async name => {
  const cluster = { hub: 'main', name };
  await expect(client.getCluster(cluster, owner)).resolves.toMatchObject(
    cluster,
  );
  await expect(
    client.getClusterDeployments(cluster, {}, owner),
  ).resolves.toMatchObject({ items: [] });
  const { items } = await client.getClusters({ q: name }, owner);
  expect(items).toMatchObject([cluster]);
});

it('follows pages to the end', async () => {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.getClusters({ limit: 3, cursor }, owner);
    expect(page.items.length).toBeLessThanOrEqual(3);
    found.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor);
  expect(found.sort()).toEqual(['prod', ...NAMES].sort());
});

it('learns of nothing new until something is', async () => {
  const first = await client.getEntityDeployments(AGENT, owner);
  const ask = () =>
    client.getEntityDeployments(AGENT, { ...owner, ifVersion: first!.version });
  await expect(ask()).resolves.toBeUndefined();
  await started.fill.applications(agentOn('prod', { images: ['agent:2'] }));
  await expect(ask()).resolves.toMatchObject({
    deployments: [{ images: ['agent:2'] }],
  });
});

it.each([
  [
    'a missing cluster',
    () => client.getCluster({ hub: 'main', name: 'none' }, owner),
    { statusCode: 404, body: { error: { name: 'NotFoundError' } } },
  ],
  [
    'one that may not be seen',
    () => client.getCluster({ hub: 'main', name: 'prod' }, stranger),
    { statusCode: 404, body: { error: { name: 'NotFoundError' } } },
  ],
  [
    'a list that may not be seen',
    () => client.getClusters({}, stranger),
    { statusCode: 403, body: { error: { name: 'NotAllowedError' } } },
  ],
  [
    'a parameter that cannot be',
    () => client.getClusters({ limit: 0 }, owner),
    { statusCode: 400, body: { error: { name: 'InputError' } } },
  ],
])('is told of %s', async (_, call, refusal) => {
  const error = await call().catch(thrown => thrown);
  expect(error).toMatchObject({ name: 'ResponseError', ...refusal });
  expect(errorCodeOf(error)).toBeUndefined();
});

it('is told by a code what the hub does', async () => {
  const deployment = { hub: 'main', namespace: 'argocd', name: 'agent-prod' };
  const refresh = () => client.refreshDeployment(deployment, owner);
  refreshApplication.mockResolvedValue(undefined);
  await expect(refresh()).resolves.toBeUndefined();
  refreshApplication.mockRejectedValue(
    new HubError({ class: 'auth', status: 401, message: 'x' }),
  );
  expect(errorCodeOf(await refresh().catch(thrown => thrown))).toBe('hub-auth');
  await started.fill.hub(20 * 60_000);
  expect(errorCodeOf(await refresh().catch(thrown => thrown))).toBe('stale');
});
