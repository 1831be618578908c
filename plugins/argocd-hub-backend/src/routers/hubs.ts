import {
  hubReadPermission,
  type HubDetails,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Store } from '../store/Store';
import type { Access } from './access';
import type { EstateReader } from '../estate/EstateReader';
import { hubDetails, nameConflicts } from '../estate/hubDetails';

/** `GET /hubs` */
export function createHubsRouter(options: {
  access: Access;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, estates, store } = options;
  const router = PromiseRouter();

  router.get('/hubs', async (request, response) => {
    await access.collection(request, hubReadPermission);
    const items = await readHubs({ estates, store });
    response.json({ items });
  });

  return router;
}

/** What is stored is all that is told, so that every replica answers the same. */
async function readHubs(options: {
  estates: EstateReader;
  store: Store;
}): Promise<HubDetails[]> {
  const { estates, store } = options;
  const estate = await estates.read();
  const clusters = estate.clusters();
  const leases = await store.leases.held();
  const hubs = estate.hubs();
  const conflicts = nameConflicts(
    clusters.flatMap(cluster => {
      const hub = estate.hub(cluster.record.hub);
      return hub ? [{ cluster, hub }] : [];
    }),
  );
  return hubs.map(hub =>
    hubDetails({
      hub,
      clusters: clusters.filter(({ record }) => record.hub === hub.config.name),
      conflicts,
      leaseLeftMs: leases.get(hub.config.name),
      now: estate.now,
    }),
  );
}
