import type { LoggerService } from '@backstage/backend-plugin-api';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { LabelsChanged } from 'backstage-plugin-argocd-hub-common';
import { HubFailure } from '../explainFailure';
import type { HubApi } from '../HubApi';
import { examples } from './createLabelClusterAction.examples';

/**
 * `argocd-hub:cluster:label` merges labels into those of a cluster. This is the
 * step that deploys, and the one that can be taken back.
 */
export function createLabelClusterAction(options: { api: HubApi }) {
  return createTemplateAction({
    id: 'argocd-hub:cluster:label',
    description:
      'Sets labels of a cluster of an Argo CD hub; null removes one. ApplicationSets deploy by them.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        hub: z => z.string({ description: 'Name of the hub' }),
        cluster: z => z.string({ description: 'Name of the cluster' }),
        labels: z =>
          z.record(z.string().nullable(), {
            description: 'Labels to set; null removes one',
          }),
      },
      output: {
        labels: z =>
          z.record(z.string(), { description: 'All labels of the cluster' }),
        changed: z =>
          z.boolean({ description: 'False when they were so before' }),
      },
    },
    async handler(ctx) {
      const { hub, cluster, labels } = ctx.input;
      const call = options.api.as(ctx);
      const change = (dryRun: boolean) =>
        call((client, request) =>
          client.labelCluster(
            { hub, name: cluster },
            { labels },
            { ...request, dryRun },
          ),
        );
      if (ctx.isDryRun) {
        const preview = await change(true).catch(unlessMissing);
        reportDryRun(cluster, preview, ctx.logger);
        ctx.output('labels', preview?.labels ?? given(labels));
        ctx.output('changed', false);
        return;
      }
      const answer = await change(false);
      ctx.logger.info(
        answer.changed
          ? `${cluster} is now labelled ${describe(answer.labels)}`
          : `Nothing to change: ${cluster} is labelled ${describe(
              answer.labels,
            )}`,
      );
      ctx.output('labels', answer.labels);
      ctx.output('changed', answer.changed);
    },
  });
}

/** In a dry run of a whole template nobody registered the cluster. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof HubFailure && error.status === 404) return undefined;
  throw error;
}

function reportDryRun(
  cluster: string,
  answer: LabelsChanged | undefined,
  logger: LoggerService,
): void {
  if (!answer) {
    logger.info(
      `Dry run: ${cluster} is not registered yet, so its labels cannot be previewed.`,
    );
    return;
  }
  logger.info(
    `Dry run: ${cluster} would be labelled ${describe(answer.labels)}`,
  );
  for (const set of answer.preview?.appears ?? []) {
    logger.info(
      `Dry run: ${set.applicationSet} would make ${
        set.application ?? 'applications for it'
      }`,
    );
  }
  for (const { applicationSet, deleted } of answer.preview?.vanishes ?? []) {
    logger.warn(
      `Dry run: ${applicationSet} would ${
        deleted ? 'delete' : 'no longer manage'
      } its applications there`,
    );
  }
  for (const note of answer.preview?.notes ?? []) logger.warn(note);
}

function given(labels: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  );
}

function describe(labels: Record<string, string>): string {
  const text = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return text.join(', ') || 'with nothing';
}
