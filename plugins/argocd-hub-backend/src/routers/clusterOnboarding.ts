import type { AuditorService } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
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
import { audited } from './audited';
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
/** Of a body that may be anything yet. */
const attempted = z.object({
  hub: hubName.optional().catch(undefined),
  name: clusterName.optional().catch(undefined),
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
    await access.credentials(request);
    const plan = await audited(
      auditor,
      {
        eventId: 'cluster-plan',
        severityLevel: 'low',
        request,
        meta: namesIn(request.body),
      },
      async note => {
        const { body, context } = await allowedCreation(request);
        note(metaOf(body, context));
        return planCluster(body, context);
      },
    );
    response.json(plan);
  });

  router.post('/clusters', async (request, response) => {
    await access.credentials(request);
    const registered = await audited(
      auditor,
      {
        eventId: 'cluster-register',
        severityLevel: 'high',
        request,
        meta: namesIn(request.body),
      },
      async note => {
        const { body, context } = await allowedCreation(request);
        note(metaOf(body, context));
        const answer = await exclusive.run(
          resourceOf(context.hub, body.name),
          assertAlone => registerCluster(body, { ...context, assertAlone }),
        );
        const { server, changed, changes } = answer;
        note({ server, changed, changes });
        return answer;
      },
    );
    response.status(registered.changed ? 201 : 200).json(registered);
  });

  router.patch('/clusters/:hub/:cluster/labels', async (request, response) => {
    const { hub, cluster } = parse(labelParameters, request.params);
    const dryRun = request.query.dryRun === 'true';
    await access.credentials(request);
    const changed = await audited(
      auditor,
      {
        eventId: 'cluster-label',
        severityLevel: dryRun ? 'low' : 'medium',
        request,
        meta: { hub, cluster, dryRun },
      },
      async note => {
        assertWritable();
        const permission = clusterUpdatePermission;
        await access.cluster(request, permission, { hub, cluster });
        const { labels } = parse(labelPatch, request.body);
        parse(labelQuery, request.query);
        const context = namedContext(hub);
        note({ labels });
        const answer = await exclusive.run(
          resourceOf(hub, cluster),
          assertAlone =>
            labelCluster(
              { cluster, labels, dryRun },
              { ...context, assertAlone },
            ),
        );
        note({ changed: answer.changed });
        return answer;
      },
    );
    response.json(changed);
  });

  return router;

  /** What is to be planned or registered, by one who may. */
  async function allowedCreation(request: Request) {
    assertWritable();
    await access.collection(request, clusterCreatePermission);
    parse(nothing, request.query);
    const body = parse(registration, request.body);
    return { body, context: contextOf(body.hub) };
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
}

/** What an attempt is about, whoever makes it: nothing else of its body is told before it is allowed. */
function namesIn(body: unknown): JsonObject {
  const { hub, name } = attempted.safeParse(body).data ?? {};
  return { ...(hub && { hub }), ...(name && { cluster: name }) };
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
