import { setTimeout as delay } from 'node:timers/promises';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { LabelsChanged } from 'backstage-plugin-argocd-hub-common';
import { CodedError } from '../errors';
import type { ArgoCluster } from '../hub/types';
import { labelRadius } from './blastRadius/labels';
import { findCluster } from './findCluster';
import { hubFailure } from './hubFailure';
import { labelFaults, mergeLabels, sameLabels } from './labels';
import { reasonNotToLabel } from './owner';
import type { OnboardingContext } from './types';

/** How long the hub's own cache may take to show what was written. */
const SETTLE_MS = 30_000;
const POLL_MS = 250;

/**
 * Merges labels into those of a cluster; `null` removes one. A dry run tells what
 * that would deploy and delete.
 *
 * The hub replaces the whole map, from a cached copy and without noticing a
 * conflict. So the caller lets one run at a time touch a cluster, the map is read
 * fresh, and this returns only when the hub shows what was written.
 *
 * @throws InputError, NotFoundError, ConflictError, CodedError
 */
export async function labelCluster(
  options: {
    cluster: string;
    labels: Record<string, string | null>;
    dryRun?: boolean;
  },
  context: OnboardingContext,
): Promise<LabelsChanged> {
  const faults = labelFaults(options.labels);
  if (faults.length > 0) {
    throw new InputError(`These labels cannot be set: ${faults.join('; ')}.`);
  }
  const current = await readFresh(options.cluster, context);
  const from = current.labels ?? {};
  const to = mergeLabels(from, options.labels);
  const changed = !sameLabels(from, to);
  const answer = {
    hub: context.hub,
    name: options.cluster,
    labels: to,
    changed,
  };
  const obstacle = reasonNotToLabel(current);
  if (changed && obstacle) throw new ConflictError(obstacle);
  if (options.dryRun) {
    return { ...answer, preview: await preview(current, to, context) };
  }
  if (changed) await write(current, to, context);
  return answer;
}

async function readFresh(
  name: string,
  { client, hub }: OnboardingContext,
): Promise<ArgoCluster> {
  try {
    const { server } = findCluster(await client.listClusters(), name);
    const cluster = await client.getCluster(server);
    if (cluster) return cluster;
  } catch (error) {
    throw hubFailure(error, hub);
  }
  throw new NotFoundError('Cluster not found');
}

async function preview(
  { name, server, labels = {} }: ArgoCluster,
  to: Record<string, string>,
  { client, hub }: OnboardingContext,
) {
  try {
    const sets = await client.listApplicationSets();
    return await labelRadius(client, sets, { name, server, from: labels, to });
  } catch (error) {
    throw hubFailure(error, hub);
  }
}

async function write(
  { name, server }: ArgoCluster,
  labels: Record<string, string>,
  context: OnboardingContext,
): Promise<void> {
  context.assertAlone?.();
  try {
    await context.client.replaceLabels(server, { name, labels });
  } catch (error) {
    // Its outcome is not known: the hub may have written before it failed.
    const shown = await context.client
      .getCluster(server)
      .catch(() => undefined);
    if (shown && sameLabels(shown.labels, labels)) return;
    throw explain(hubFailure(error, context.hub));
  }
  await waitUntilShown(server, labels, context);
}

async function waitUntilShown(
  server: string,
  labels: Record<string, string>,
  { client, hub }: OnboardingContext,
): Promise<void> {
  const giveUpAt = Date.now() + SETTLE_MS;
  for (;;) {
    const shown = await client.getCluster(server).catch(() => undefined);
    if (shown && sameLabels(shown.labels, labels)) return;
    if (Date.now() > giveUpAt) {
      throw new ServiceUnavailableError(
        `The hub ${hub} took the labels but does not show them after ${
          SETTLE_MS / 1000
        } s. Look at the cluster in Argo CD before you try again.`,
      );
    }
    await delay(POLL_MS);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof CodedError) || error.code !== 'spoke-unreachable') {
    return error;
  }
  return new CodedError({
    name: 'InputError',
    code: 'spoke-unreachable',
    message: `Argo CD calls a cluster before it writes its labels, and this one does not answer, so they are unchanged. Mend the cluster, or edit the labels of its Secret in the namespace of Argo CD with kubectl.`,
  });
}
