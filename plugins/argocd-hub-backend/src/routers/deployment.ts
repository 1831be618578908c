import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  type ClusterSummary,
  deploymentReadPermission,
  type DeploymentDetails,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { Estate } from '../estate/Estate';
import type { EstateReader } from '../estate/EstateReader';
import type { Claims } from '../mapping/Claims';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import {
  allowedOf,
  deploymentNotFound,
  maySee,
  placeOf,
  wouldBePlaceOf,
} from '../permissions/deploymentAccess';
import { fleetRows } from './fleetRows';
import { hubName, kubernetesName, nothing, parse } from './validation';

const parameters = z.object({
  hub: hubName,
  namespace: kubernetesName,
  name: kubernetesName,
});

/**
 * `GET /deployments/:hub/:namespace/:name`: seen with its cluster, or with an
 * entity that claims it and that the caller may read.
 */
export function createDeploymentRouter(options: {
  access: Access;
  claims: Claims;
  estates: EstateReader;
  store: Store;
}): Router {
  const { access, claims, estates, store } = options;
  const router = PromiseRouter();

  router.get(
    '/deployments/:hub/:namespace/:name',
    async (request, response) => {
      const credentials = await access.credentials(request);
      const key = parse(parameters, request.params);
      parse(nothing, request.query);
      const estate = await estates.read();
      const hub = estate.hub(key.hub);
      // Also of a hub that is not configured: which are is not for everyone.
      const stored = await store.applications.get(key);
      const application = hub && stored;
      const index = await claims.index();
      const asking = { access, credentials };
      if (!application) {
        await askOfNoEntity(asking);
        await maySee(wouldBePlaceOf(key), { readable: 0, ...asking });
        throw deploymentNotFound(key);
      }
      const [deployment] = await fleetRows([application], {
        ...asking,
        index,
        estate,
      });
      const readable = deployment.entities.length;
      if (!(await maySee(placeOf(application), { readable, ...asking }))) {
        if (deployment.unmapped) await askOfNoEntity(asking);
        throw deploymentNotFound(key);
      }
      const cluster = clusterOf(application, estate);
      const details: DeploymentDetails = {
        deployment,
        ...(cluster && { cluster }),
        hub: hub.status,
      };
      response.json(details);
    },
  );

  return router;
}

interface Asking {
  access: Access;
  credentials: BackstageCredentials;
}

/** One that is missing, or claimed by none, is to answer like one that an entity hides. */
async function askOfNoEntity(asking: Asking): Promise<void> {
  await allowedOf([], { ...asking, permission: deploymentReadPermission });
}

function clusterOf(
  application: StoredApplication,
  estate: Estate,
): ClusterSummary | undefined {
  const { hub, cluster } = placeOf(application);
  return cluster === undefined
    ? undefined
    : estate.cluster(hub, cluster)?.summary;
}
