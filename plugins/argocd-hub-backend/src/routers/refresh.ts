import type {
  AuditorService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { ConflictError, NotAllowedError } from '@backstage/errors';
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
import type {
  ApplicationKey,
  StoredApplication,
} from '../store/ApplicationStore';
import type { Store } from '../store/Store';
import type { Access } from '../permissions/Access';
import { deploymentsOf } from '../estate/deployments';
import type { EstateReader } from '../estate/EstateReader';
import {
  allowedOf,
  deploymentNotFound,
  maySee,
  placeOf,
  refsOf,
  wouldBePlaceOf,
} from '../permissions/deploymentAccess';
import { audited } from './audited';
import { hubName, kubernetesName, nothing, parse } from './validation';

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
  const { access, auditor } = options;
  const router = PromiseRouter();

  router.post(
    '/deployments/:hub/:namespace/:name/refresh',
    async (request, response) => {
      const key = parse(parameters, request.params);
      const hard = parse(query, request.query).hard === 'true';
      parse(nothing, request.body ?? {});
      const credentials = await access.credentials(request);
      await audited(
        auditor,
        {
          eventId: 'deployment-refresh',
          severityLevel: 'medium',
          request,
          meta: { ...key, hard },
        },
        () => refreshDeployment(key, { ...options, credentials, hard }),
      );
      response.status(202).json({});
    },
  );

  return router;
}

async function refreshDeployment(
  key: ApplicationKey,
  options: RefreshOptions & {
    credentials: BackstageCredentials;
    hard: boolean;
  },
): Promise<void> {
  const { hubs, store, hard } = options;
  const client = hubs.get(key.hub);
  // Also of a hub that is not configured: which are is not for everyone.
  const stored = await store.applications.get(key);
  const application = client && stored;
  await authorize(key, { ...options, application });
  if (!application) {
    throw deploymentNotFound(key);
  }
  await assertAllowed(application, options);
  try {
    await client.refreshApplication(key.name, {
      namespace: key.namespace,
      project: application.project,
      kind: hard ? 'hard' : 'normal',
      timeoutMs: WAIT_MS,
    });
  } catch (error) {
    throw isGone(error) ? deploymentNotFound(key) : error;
  }
}

/** Deleted at the hub, or moved to another project, a moment ago: nobody has told us yet. */
function isGone(error: unknown): boolean {
  return error instanceof HubError && error.isMissing && error.status === 404;
}

/**
 * An entity that may operate the application decides; if there are several,
 * either suffices. One that belongs to no entity is for who may change its
 * cluster. Who may not is asked for all of it, be the application there or not:
 * neither the time of the answer nor one that fails tells which it is.
 */
async function authorize(
  key: ApplicationKey,
  options: {
    /** Absent where there is none. */
    application: StoredApplication | undefined;
    credentials: BackstageCredentials;
  } & Pick<RefreshOptions, 'access' | 'claims' | 'estates'>,
): Promise<void> {
  const { application, credentials, access } = options;
  const { claimed, operating } = await entitiesOf(options);
  const place = application ? placeOf(application) : wouldBePlaceOf(key);
  const asking = { access, credentials };
  const byEntity = async () => {
    const permission = deploymentRefreshPermission;
    return (await allowedOf(operating, { ...asking, permission })).size > 0;
  };
  const byCluster = () =>
    access.mayAt(credentials, clusterUpdatePermission, place);
  const [decide, askToo] =
    operating.length > 0 ? [byEntity, byCluster] : [byCluster, byEntity];
  if ((await decide()) && application) {
    return;
  }
  await askToo();
  const { size: readable } = await allowedOf(claimed, {
    ...asking,
    permission: deploymentReadPermission,
  });
  const isSeen = await maySee(place, { readable, ...asking });
  throw application && isSeen ? new NotAllowedError() : deploymentNotFound(key);
}

/** Refs of those that claim it, and of those of them that may operate it. */
async function entitiesOf({
  application,
  claims,
  estates,
}: { application: StoredApplication | undefined } & Pick<
  RefreshOptions,
  'claims' | 'estates'
>): Promise<{ claimed: string[]; operating: string[] }> {
  const index = await claims.index();
  if (!application) {
    return { claimed: [], operating: [] };
  }
  const { project } = application;
  const { mapping: config } = estates.config;
  const claimed = index.entitiesOf(application);
  const operating = claimed.filter(({ rules, owner }) =>
    mayOperate({ rules, owner, project, config }),
  );
  return { claimed: refsOf(claimed), operating: refsOf(operating) };
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
    case 'frozen':
      return new ConflictError(
        'Argo CD was told to leave this application alone: it or its cluster has the annotation argocd.argoproj.io/skip-reconcile. Remove that annotation, and Argo CD compares again by itself',
      );
    case 'controller-silent':
      return new ConflictError(
        'The controller of Argo CD that looks after this cluster shows no sign of life, so nobody would take the request. Whoever runs Argo CD has to get its application controller going again; it then compares by itself',
      );
    default:
      return new ConflictError(
        `The deployment allows no refresh now (${why}); see in Argo CD what is wrong with it`,
      );
  }
}
