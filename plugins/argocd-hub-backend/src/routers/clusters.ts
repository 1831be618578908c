import { InputError, NotFoundError } from '@backstage/errors';
import {
  clusterReadPermission,
  type ClusterSummary,
  type FleetDeployment,
  type Page,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';

import { z } from 'zod';
import type { ArgocdHubConfig } from '../config';
import { shownLabels } from '../estate/clusterSummary';
import type { Claims } from '../mapping/Claims';
import { compareClusters } from '../store/ClusterStore';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import { fleetRows } from './fleetRows';
import type { EstateReader } from '../estate/EstateReader';
import { cursorText, decodeCursor, encodeCursor, MAX_PAGE } from '../paging';
import {
  clusterName,
  hubName,
  isPrintable,
  nothing,
  pageSize,
  parse,
  searchText,
} from './validation';

const reachability = z.enum([
  'reachable',
  'suspect',
  'unreachable',
  'not-monitored',
  'unknown',
]);
const listQuery = z.strictObject({
  hub: hubName.optional(),
  q: searchText.optional(),
  environment: searchText.optional(),
  /** `key` or `key=value` of an allow-listed label. */
  label: searchText
    .refine(value => value.split('=').length <= 2, 'must be key or key=value')
    .optional(),
  reachability: reachability.optional(),
  cursor: cursorText.optional(),
  limit: pageSize.default(MAX_PAGE),
});
const clusterPosition = z.strictObject({ hub: z.string(), name: z.string() });

const parameters = z.object({ hub: hubName, cluster: clusterName });
const deploymentsQuery = z.strictObject({
  cursor: cursorText.optional(),
  limit: pageSize.default(MAX_PAGE),
});
const deploymentPosition = z.strictObject({
  namespace: z.string().refine(isPrintable),
  name: z.string().refine(isPrintable),
});

/** `GET /clusters`, `GET /clusters/:hub/:cluster` and what runs there. */
export function createClustersRouter(options: {
  access: Access;
  claims: Claims;
  config: Pick<ArgocdHubConfig, 'clusterLabels'>;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, claims, estates, store } = options;
  const labels = shownLabels(options.config);
  const router = PromiseRouter();

  router.get('/clusters', async (request, response) => {
    const { visible } = await access.clusterList(request);
    const query = parse(listQuery, request.query);
    refuseHiddenLabel(query.label, labels);
    const after = decodeCursor('clusters', clusterPosition, query.cursor);
    const estate = await estates.read();
    const summaries = estate
      .clusters()
      .map(({ summary }) => summary)
      .filter(cluster => visible.has(cluster) && isWanted(cluster, query));
    const page: Page<ClusterSummary> = pageOf(summaries, after, query.limit);
    response.json(page);
  });

  router.get('/clusters/:hub/:cluster', async (request, response) => {
    const { hub, cluster } = parse(parameters, request.params);
    await access.cluster(request, clusterReadPermission, { hub, cluster });
    parse(nothing, request.query);
    const view = (await estates.read()).cluster(hub, cluster);
    if (!view) {
      throw new NotFoundError('Cluster not found');
    }
    response.json(view.summary);
  });

  router.get(
    '/clusters/:hub/:cluster/deployments',
    async (request, response) => {
      const { hub, cluster } = parse(parameters, request.params);
      const credentials = await access.cluster(request, clusterReadPermission, {
        hub,
        cluster,
      });
      const { cursor, limit } = parse(deploymentsQuery, request.query);
      const after = decodeCursor(
        'cluster-deployments',
        deploymentPosition,
        cursor,
      );
      const estate = await estates.read();
      if (!estate.cluster(hub, cluster)) {
        throw new NotFoundError('Cluster not found');
      }
      const found = await store.applications.list({
        hub,
        cluster,
        ...(after && { after: { hub, ...after } }),
        limit: limit + 1,
      });
      const rows = found.slice(0, limit);
      const last = rows.at(-1);
      const index = await claims.index();
      const page: Page<FleetDeployment> = {
        items: await fleetRows(rows, { access, index, credentials, estate }),
        ...(found.length > limit &&
          last && {
            nextCursor: encodeCursor('cluster-deployments', {
              namespace: last.namespace,
              name: last.name,
            }),
          }),
      };
      response.json(page);
    },
  );

  return router;
}

/** A label that is never shown would match nothing, as if no cluster had it. */
function refuseHiddenLabel(
  label: string | undefined,
  shown: ReadonlySet<string>,
): void {
  const [key] = label?.split('=', 1) ?? [];
  if (key !== undefined && !shown.has(key)) {
    const keys = [...shown].join(', ');
    throw new InputError(
      `Invalid 'label': must be one of ${keys}, alone or with '=' and a value; which labels are shown is set in argocdHub.clusterLabels`,
    );
  }
}

function isWanted(
  cluster: ClusterSummary,
  query: z.infer<typeof listQuery>,
): boolean {
  const { hub, environment, label, q } = query;
  const [key, value] = label?.split('=', 2) ?? [];
  const text = q?.toLocaleLowerCase('en-US');
  return (
    (hub === undefined || cluster.hub === hub) &&
    (environment === undefined || cluster.environment === environment) &&
    (query.reachability === undefined ||
      cluster.verdict.reachability === query.reachability) &&
    (key === undefined ||
      (Object.hasOwn(cluster.labels, key) &&
        (value === undefined || cluster.labels[key] === value))) &&
    (text === undefined ||
      [cluster.name, cluster.server].some(part =>
        part.toLocaleLowerCase('en-US').includes(text),
      ))
  );
}

function pageOf(
  clusters: ClusterSummary[],
  after: z.infer<typeof clusterPosition> | undefined,
  limit: number,
): Page<ClusterSummary> {
  const rest = clusters
    .filter(cluster => !after || compareClusters(cluster, after) > 0)
    .sort(compareClusters);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(rest.length > limit &&
      last && {
        nextCursor: encodeCursor('clusters', {
          hub: last.hub,
          name: last.name,
        }),
      }),
    total: clusters.length,
  };
}
