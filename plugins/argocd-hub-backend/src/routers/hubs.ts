import type { HubDetails } from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import type { EstateReader } from '../estate/EstateReader';
import { hubDetails, nameConflicts } from '../estate/hubDetails';
import { nothing, parse } from './validation';

/** `GET /hubs` */
export function createHubsRouter(options: {
  access: Access;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, estates, store } = options;
  const router = PromiseRouter();

  router.get('/hubs', async (request, response) => {
    const mayRead = await access.hubList(request);
    parse(nothing, request.query);
    const items = await readHubs({ estates, store, mayRead });
    response.json({ items });
  });

  return router;
}

/**
 * What is stored is all that is told, so that every replica answers the same.
 * Hubs are few and come from the configuration: they are picked here.
 */
async function readHubs(options: {
  estates: EstateReader;
  store: Store;
  mayRead: (hub: string) => boolean;
}): Promise<HubDetails[]> {
  const { estates, store, mayRead } = options;
  const estate = await estates.read();
  const hubs = estate.hubs().filter(({ config }) => mayRead(config.name));
  const clusters = estate.clusters();
  const leases = await store.leases.held();
  const conflicts = nameConflicts(
    clusters.flatMap(cluster => {
      const hub = estate.hub(cluster.record.hub);
      return hub ? [{ cluster, hub }] : [];
    }),
  ).map(({ entityRef, clusters: named }) => ({
    entityRef,
    // That there is a conflict is told, but not with which cluster elsewhere.
    clusters: named.filter(({ hub }) => mayRead(hub)),
  }));
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
