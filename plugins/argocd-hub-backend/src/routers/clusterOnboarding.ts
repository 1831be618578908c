import type {
  AuditorService,
  AuditorServiceEvent,
} from '@backstage/backend-plugin-api';
import {
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  clusterCreatePermission,
  clusterUpdatePermission,
  type ClusterRegistration,
} from 'backstage-plugin-argocd-hub-common';
import type { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { AddressPolicy } from '../clusters/addressPolicy';
import type { Exclusive } from '../clusters/exclusive';
import { labelCluster } from '../clusters/label';
import { planCluster } from '../clusters/plan';
import { registerCluster } from '../clusters/register';
import type { OnboardingContext, OnboardingHub } from '../clusters/types';
import type { ArgocdHubConfig } from '../config';
import type { Access } from '../permissions/Access';
import { clusterName, hubName, nothing, parse, text } from './validation';

const short = text({ max: 253 });
const registration = z.strictObject({
  hub: hubName.optional(),
  name: text({ min: 1, max: 253 }),
  labels: z.record(short, short),
  preset: z.enum(['namespaced', 'scoped', 'admin']).optional(),
  destinationNamespaces: z.array(short).max(100),
  serviceAccountNamespace: short.optional(),
  credential: z.union(
    [
      z.strictObject({ kubeconfig: text({ max: 1024 * 1024 }) }),
      z.strictObject({ name: short }),
    ],
    'must be { kubeconfig } with its text of at most 1 MiB, or { name } of one that is configured',
  ),
});
const labelPatch = z.strictObject({
  labels: z.record(short, short.nullable()),
});
const labelParameters = z.object({ hub: hubName, cluster: clusterName });
const labelQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).optional(),
});

/**
 * `POST /clusters/plan`, `POST /clusters` and `PATCH /clusters/:hub/:cluster/labels`.
 *
 * Bodies may hold a credential: they reach neither a log nor the audit, and an
 * error says nothing of their content.
 */
export function createOnboardingRouter(options: {
  access: Access;
  auditor: AuditorService;
  config: ArgocdHubConfig;
  /** Clients by the name of their hub. */
  hubs: ReadonlyMap<string, OnboardingHub>;
  exclusive: Exclusive;
  /** Whether the permission framework is on. */
  permissionsEnabled: boolean;
}): Router {
  const { access, auditor, config, hubs, exclusive } = options;
  const policy = new AddressPolicy({
    allowedServers: config.onboarding.allowedServers,
  });
  const router = PromiseRouter();

  router.post('/clusters/plan', async (request, response) => {
    await authorizeCreate(request);
    parse(nothing, request.query);
    const body = parse(registration, request.body);
    const context = contextOf(body.hub);
    const plan = await audited(
      {
        eventId: 'cluster-plan',
        severityLevel: 'low',
        request,
        meta: metaOf(body, context),
      },
      () => planCluster(body, context),
      () => ({}),
    );
    response.json(plan);
  });

  router.post('/clusters', async (request, response) => {
    await authorizeCreate(request);
    parse(nothing, request.query);
    const body = parse(registration, request.body);
    const context = contextOf(body.hub);
    const registered = await audited(
      {
        eventId: 'cluster-register',
        severityLevel: 'high',
        request,
        meta: metaOf(body, context),
      },
      () =>
        exclusive.run(resourceOf(context.hub, body.name), assertAlone =>
          registerCluster(body, { ...context, assertAlone }),
        ),
      ({ server, changed, changes }) => ({ server, changed, changes }),
    );
    response.status(registered.changed ? 201 : 200).json(registered);
  });

  router.patch('/clusters/:hub/:cluster/labels', async (request, response) => {
    const { hub, cluster } = parse(labelParameters, request.params);
    assertWritable();
    await access.cluster(request, clusterUpdatePermission, { hub, cluster });
    const patch = parse(labelPatch, request.body);
    const dryRun = parse(labelQuery, request.query).dryRun === 'true';
    const context = namedContext(hub);
    const changed = await audited(
      {
        eventId: 'cluster-label',
        severityLevel: dryRun ? 'low' : 'medium',
        request,
        meta: { hub, cluster, labels: patch.labels, dryRun },
      },
      () =>
        exclusive.run(resourceOf(hub, cluster), assertAlone =>
          labelCluster(
            { cluster, labels: patch.labels, dryRun },
            { ...context, assertAlone },
          ),
        ),
      answer => ({ changed: answer.changed }),
    );
    response.json(changed);
  });

  return router;

  async function authorizeCreate(request: Request): Promise<void> {
    assertWritable();
    await access.collection(request, clusterCreatePermission);
  }

  function assertWritable(): void {
    if (
      !options.permissionsEnabled &&
      !config.dangerouslyAllowWritesWithoutPermissions
    ) {
      throw new NotAllowedError(
        'Clusters cannot be changed while the permission framework is off. Switch it on with permission.enabled.',
      );
    }
  }

  function contextOf(hub: string | undefined): OnboardingContext {
    if (hub !== undefined) return namedContext(hub);
    const names = [...hubs.keys()];
    if (names.length !== 1) {
      throw new InputError('Say which hub: more than one is configured.');
    }
    return namedContext(names[0]);
  }

  function namedContext(hub: string): OnboardingContext {
    const client = hubs.get(hub);
    if (!client) throw new NotFoundError('Hub not found');
    return { hub, client, policy, config };
  }

  async function audited<T>(
    event: Parameters<AuditorService['createEvent']>[0],
    work: () => Promise<T>,
    outcome: (
      answer: T,
    ) => NonNullable<Parameters<AuditorServiceEvent['success']>[0]>['meta'],
  ): Promise<T> {
    const record = await auditor.createEvent(event);
    try {
      const answer = await work();
      await record.success({ meta: outcome(answer) });
      return answer;
    } catch (error) {
      await record.fail({
        error: isError(error) ? error : new Error('Unexpected failure'),
      });
      throw error;
    }
  }
}

/** Names only: no credential, and not even which kind it was. */
function metaOf(body: ClusterRegistration, { hub }: OnboardingContext) {
  return {
    hub,
    cluster: body.name,
    labels: body.labels,
    preset: body.preset ?? 'scoped',
    destinationNamespaces: body.destinationNamespaces,
  };
}

function resourceOf(hub: string, cluster: string): string {
  return `cluster:${hub}/${cluster}`;
}
