import type {
  AuditorService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { ConflictError, isError, NotAllowedError } from '@backstage/errors';
import {
  allowedOperations,
  clusterUpdatePermission,
  deploymentReadPermission,
  deploymentRefreshPermission,
  type Refusal,
} from 'backstage-plugin-argocd-hub-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { CodedError } from '../errors';
import { HubError } from '../hub/HubError';
import type { HubClient } from '../hub/types';
import type { Claims } from '../mapping/Claims';
import { mayOperate } from '../mapping/claimsOf';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Store } from '../store/Store';
import type { Access } from './Access';
import { deploymentsOf } from '../estate/deployments';
import type { EstateReader } from '../estate/EstateReader';
import {
  deploymentNotFound,
  maySee,
  placeOf,
  refsOf,
} from './deploymentAccess';
import { hubName, kubernetesName, parse } from './validation';

const parameters = z.object({
  hub: hubName,
  namespace: kubernetesName,
  name: kubernetesName,
});
/** Who asks is not kept waiting for a controller that is busy, or dead. */
const WAIT_MS = 3_000;
const query = z.strictObject({ hard: z.enum(['true', 'false']).optional() });

interface RefreshOptions {
  access: Access;
  auditor: AuditorService;
  claims: Claims;
  estates: EstateReader;
  hubs: ReadonlyMap<string, Pick<HubClient, 'refreshApplication'>>;
  store: Store;
}

/** `POST /deployments/:hub/:namespace/:name/refresh` asks Argo CD to compare again, now. */
export function createRefreshRouter(options: RefreshOptions): Router {
  const { access, auditor, hubs, store } = options;
  const router = PromiseRouter();

  router.post(
    '/deployments/:hub/:namespace/:name/refresh',
    async (request, response) => {
      const key = parse(parameters, request.params);
      const hard = parse(query, request.query).hard === 'true';
      const credentials = await access.credentials(request);
      const application = await store.applications.get(key);
      const client = hubs.get(key.hub);
      if (!application || !client) {
        throw deploymentNotFound(key);
      }
      await authorize(application, credentials, options);
      await assertAllowed(application, options);
      const event = await auditor.createEvent({
        eventId: 'deployment-refresh',
        severityLevel: 'medium',
        request,
        meta: { ...key, hard },
      });
      try {
        await client.refreshApplication(key.name, {
          namespace: key.namespace,
          kind: hard ? 'hard' : 'normal',
          timeoutMs: WAIT_MS,
        });
        await event.success();
      } catch (error) {
        await event.fail({
          error: isError(error) ? error : new Error('Unexpected failure'),
        });
        throw isGone(error) ? deploymentNotFound(key) : error;
      }
      response.status(202).json({});
    },
  );

  return router;
}

/** Deleted at the hub a moment ago: nobody has told us yet. */
function isGone(error: unknown): boolean {
  return error instanceof HubError && error.isMissing;
}

/**
 * An entity that may operate the application decides; if there are several,
 * either suffices. One that belongs to no entity is for who may change its
 * cluster.
 */
async function authorize(
  application: StoredApplication,
  credentials: BackstageCredentials,
  { access, claims, estates }: RefreshOptions,
): Promise<void> {
  const { project } = application;
  const { mapping: config } = estates.config;
  const claimed = (await claims.index()).entitiesOf(application);
  const operating = claimed.filter(({ rules, owner }) =>
    mayOperate({ rules, owner, project, config }),
  );
  const mayWithAny = async () => {
    const refs = refsOf(operating);
    const permission = deploymentRefreshPermission;
    return (await access.entities(credentials, refs, permission)).size > 0;
  };
  const place = placeOf(application);
  const isAllowed =
    operating.length > 0
      ? await mayWithAny()
      : await access.mayAt(credentials, clusterUpdatePermission, place);
  if (isAllowed) {
    return;
  }
  const { size: readable } = await access.entities(
    credentials,
    refsOf(claimed),
    deploymentReadPermission,
  );
  throw (await maySee(application, { readable, credentials, access }))
    ? new NotAllowedError()
    : deploymentNotFound(application);
}

async function assertAllowed(
  application: StoredApplication,
  { estates }: RefreshOptions,
): Promise<void> {
  const estate = await estates.read();
  const hub = estate.hub(application.hub);
  const [row] = await deploymentsOf([{ application, mappedBy: [] }], estate);
  if (!row || !hub) {
    throw deploymentNotFound(application);
  }
  const cluster =
    'name' in application.cluster
      ? estate.cluster(application.hub, application.cluster.name)
      : undefined;
  const { refresh } = allowedOperations(row, cluster?.summary, hub.status);
  if (!refresh.allowed) {
    throw refused(refresh.why);
  }
}

function refused(why: Refusal): Error {
  switch (why) {
    case 'hub-down':
      return new CodedError({
        name: 'ServiceUnavailableError',
        code: why,
        message: 'The hub does not answer',
      });
    case 'stale':
      return new CodedError({
        name: 'ConflictError',
        code: why,
        message: 'What is known of the hub is too old to act on it',
      });
    default:
      return new ConflictError(`Refresh is not possible: ${why}`);
  }
}
