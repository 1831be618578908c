import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type {
  ArgocdHubApi,
  Deployment,
  RequestOptions,
} from 'backstage-plugin-argocd-hub-common';
import type { HubApi } from '../HubApi';
import { waitFor } from '../progress/waitFor';
import { examples } from './createWaitForDeploymentAction.examples';

const DEFAULT_TIMEOUT_S = 600;
const POLL_MS = 2_000;

/**
 * `argocd-hub:deployment:wait` waits until what goes to a cluster runs there:
 * operation finished, Synced and Healthy.
 */
export function createWaitForDeploymentAction(options: {
  api: HubApi;
  /** Milliseconds between two looks. */
  pollMs?: number;
}) {
  const { api, pollMs = POLL_MS } = options;
  return createTemplateAction({
    id: 'argocd-hub:deployment:wait',
    description:
      'Waits until the applications on a cluster are Synced and Healthy. Fails at once when one is Degraded or its sync failed.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        hub: z => z.string({ description: 'Name of the hub' }),
        cluster: z => z.string({ description: 'Name of the cluster' }),
        entityRef: z =>
          z
            .string({
              description: 'Wait only for applications of this entity',
            })
            .optional(),
        applicationSet: z =>
          z
            .string({
              description: 'Wait only for applications of this ApplicationSet',
            })
            .optional(),
        applications: z =>
          z
            .array(z.string(), {
              description: 'Names of applications that must be there',
            })
            .optional(),
        timeout: z =>
          z
            .number({ description: 'Seconds until it gives up; default 600' })
            .positive()
            .optional(),
      },
      output: {
        applications: z =>
          z.array(z.string(), { description: 'Names of what runs there' }),
      },
    },
    async handler(ctx) {
      const {
        cluster,
        applications: expected = [],
        timeout = DEFAULT_TIMEOUT_S,
      } = ctx.input;
      if (ctx.isDryRun) {
        ctx.logger.info(`Dry run: would wait for deployments on ${cluster}`);
        ctx.output('applications', expected);
        return;
      }
      const call = api.as(ctx);
      ctx.logger.info(
        `Waiting until what goes to ${cluster} runs there (at most ${timeout} s)`,
      );
      const startedAt = Date.now();
      const deployments = await waitFor({
        look: () =>
          call(async (client, request) => {
            const all = await list(client, ctx.input, request);
            return all.filter(each => isWanted(each, ctx.input));
          }),
        expected,
        timeoutMs: timeout * 1000,
        pollMs,
        signal: ctx.signal,
        logger: ctx.logger,
      });
      const names = deployments.map(({ name }) => name);
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      ctx.logger.info(
        `Synced and Healthy on ${cluster}: ${names.join(', ')} (${seconds} s)`,
      );
      ctx.output('applications', names);
    },
  });
}

interface Wanted {
  hub: string;
  cluster: string;
  entityRef?: string;
  applicationSet?: string;
  applications?: string[];
}

async function list(
  client: ArgocdHubApi,
  { hub, cluster, entityRef }: Wanted,
  options: RequestOptions,
): Promise<Deployment[]> {
  const all: Deployment[] = [];
  let cursor: string | undefined;
  do {
    const page = entityRef
      ? await client
          .getEntityDeployments(entityRef, { ...options, cursor })
          .then(answer => ({
            items: answer?.deployments ?? [],
            nextCursor: answer?.nextCursor,
          }))
      : await client.getDeployments({ hub, cluster, cursor }, options);
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

function isWanted(deployment: Deployment, wanted: Wanted): boolean {
  const { destination, hub, applicationSet } = deployment;
  const goesThere =
    hub === wanted.hub &&
    ('cluster' in destination
      ? destination.cluster === wanted.cluster
      : !!wanted.applications?.includes(deployment.name));
  return (
    goesThere &&
    (wanted.applicationSet === undefined ||
      wanted.applicationSet === applicationSet)
  );
}
