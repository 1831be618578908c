import { type Effort, ratio, takeTurns } from '../measure/rounds';
import type { Call } from '../measure/http';
import type { Finding } from '../report/Finding';
import type { Ours } from '../subjects/ours';
import type { World } from '../World';
import { ms } from './pageViews';

/** Rows of a page, ours and the catalog's. */
const LIMIT = 100;
const FLEET = '/api/argocd-hub/deployments';

/** Pages of the lists over all clusters, beside a page of as many entities of the catalog. */
export async function fleet(options: {
  world: World;
  ours: Ours;
  effort: Effort;
}): Promise<Finding[]> {
  const { world, ours, effort } = options;
  const calls: Record<string, Call> = {
    'a page of the catalog': {
      path: `/api/catalog/entities/by-query?limit=${LIMIT}`,
    },
    'deployments, first page': { path: `${FLEET}?limit=${LIMIT}` },
    'deployments, half-way': { path: await halfWay(ours, world) },
    'deployments of one cluster': {
      path: `${FLEET}?limit=${LIMIT}&hub=main&cluster=${await aCluster(ours)}`,
    },
    'deployments that no entity has': {
      path: `${FLEET}?limit=${LIMIT}&unmapped=true`,
    },
    'deployments that are Degraded': {
      path: `${FLEET}?limit=${LIMIT}&health=Degraded`,
    },
    clusters: { path: `/api/argocd-hub/clusters?limit=${LIMIT}` },
  };
  const [[reference], ...own] = Object.entries(calls);
  const measured = await takeTurns(
    Object.entries(calls).map(([name, call]) => ({
      name,
      run: () => ours.http.drain(call),
    })),
    { clients: 1, effort },
  );
  const base = measured.get(reference)!;
  return own.map(([name]) => {
    const it = measured.get(name)!;
    return {
      topic: `Lists, ${LIMIT} rows a page: ${world.applications.toLocaleString(
        'en-US',
      )} applications`,
      what: `${name}, beside ${reference} of ${LIMIT} entities`,
      value: ratio(base, it),
      unit: 'x',
      detail: `${ms(it)} to ${ms(base)}`,
    };
  });
}

interface Page {
  items: { name: string }[];
  nextCursor?: string;
}

/** The address of a page in the middle of all. */
async function halfWay({ http }: Ours, world: World): Promise<string> {
  let cursor: string | undefined;
  for (let seen = 0; seen < world.applications / 2; ) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page = await http.json<Page>({ path: `${FLEET}?limit=500${after}` });
    seen += page.items.length;
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return `${FLEET}?limit=${LIMIT}${after}`;
}

async function aCluster({ http }: Ours): Promise<string> {
  const { items } = await http.json<Page>({
    path: '/api/argocd-hub/clusters?limit=1',
  });
  return encodeURIComponent(items[0].name);
}
