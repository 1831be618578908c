import type { Change, Page } from 'backstage-plugin-argocd-hub-common';
import { get, startEmpty, type Started } from './agentRoute';
import { agentOn } from './startRouter';

/** The history of the one entity that these tests have. */
export const PATH = '/api/argocd-hub/entities/component/default/agent/history';
export const SOURCE = {
  repoUrl: 'https://github.com/example/agent',
  path: 'chart',
};
const HOUR = 60 * 60_000;
// Changes are recorded by the clock of the machine.
const before = Date.now();
/** A moment so many hours before the test began, as Argo CD writes it. */
export const ago = (hours: number) =>
  new Date(Math.floor((before - hours * HOUR) / 1_000) * 1_000).toISOString();

const deployed = (id: number, hours: number) => ({
  id,
  revision: `rev${id}`,
  deployedAt: ago(hours),
  by: 'ada',
});
/** An application whose deployments were so many hours ago. */
export const deployedOn = (
  cluster: string,
  hours: number[],
  overrides: Parameters<typeof agentOn>[1] = {},
) =>
  agentOn(cluster, {
    uid: cluster,
    sources: [SOURCE],
    history: hours.map((each, index) => deployed(index + 1, each)),
    ...overrides,
  });

export async function page(
  on: Started,
  query: Record<string, string | number> = {},
): Promise<Page<Change>> {
  const text = new URLSearchParams(
    Object.entries(query).map(([key, value]) => [key, `${value}`]),
  );
  const { status, body } = await get(on, `${PATH}?${text}`);
  expect({ status, message: body.error?.message }).toEqual({ status: 200 });
  return body;
}

/** `name -hours` of each. */
export async function told(
  on: Started,
  query?: Record<string, string | number>,
): Promise<string[]> {
  const { items } = await page(on, query);
  return items.map(
    ({ name, at }) =>
      `${name} -${Math.round((before - Date.parse(at)) / HOUR)}`,
  );
}

/** Deployments on three clusters, the newest on dr. */
export async function withHistory(options?: Parameters<typeof startEmpty>[0]) {
  const on = await startEmpty(options);
  await on.fill.applications(
    deployedOn('prod', [9, 3]),
    deployedOn('staging', [7, 5]),
    deployedOn('dr', [1]),
  );
  return on;
}
