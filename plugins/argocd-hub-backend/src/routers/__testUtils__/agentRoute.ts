import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import { agentOn, as, startRouter } from './startRouter';

/** The tab of the one entity that these tests have. */
export const PATH =
  '/api/argocd-hub/entities/component/default/agent/deployments';

export type Started = Awaited<ReturnType<typeof startRouter>>;

const running: Started[] = [];

type Options = Parameters<typeof startRouter>[0];

/** A hub with three clusters, and the entity on each of them. Stops itself. */
export async function start(options: Options = {}): Promise<Started> {
  const started = await startEmpty(options);
  await started.fill.applications(
    agentOn('dr'),
    agentOn('prod'),
    agentOn('staging'),
  );
  return started;
}

/** The same without any application. */
export async function startEmpty(options: Options = {}): Promise<Started> {
  const started = await startRouter(options);
  running.push(started);
  await started.fill.hub();
  await started.fill.clusters('dr', 'prod', 'staging');
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()));
});

export async function get(
  { server }: Started,
  path = PATH,
  headers: Record<string, string> = as.owner,
) {
  return request(server).get(path).set(headers);
}

export async function read(on: Started): Promise<EntityDeployments> {
  const response = await get(on);
  expect(response.status).toBe(200);
  return response.body;
}
