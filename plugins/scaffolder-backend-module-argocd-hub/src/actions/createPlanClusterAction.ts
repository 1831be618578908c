import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { HubApi } from '../HubApi';
import { reportChecks } from '../report';
import { examples } from './createPlanClusterAction.examples';
import { registrationInput, registrationOf } from './input';

/**
 * `argocd-hub:cluster:plan` checks everything that registering a cluster needs
 * and tells what it would set off. Changes nothing, so a dry run is the same.
 */
export function createPlanClusterAction(options: { api: HubApi }) {
  return createTemplateAction({
    id: 'argocd-hub:cluster:plan',
    description:
      'Checks whether a cluster can be registered with an Argo CD hub and what its labels would deploy. Changes nothing.',
    examples,
    supportsDryRun: true,
    schema: {
      input: registrationInput,
      output: {
        hub: z => z.string({ description: 'Name of the hub' }),
        name: z => z.string({ description: 'Name of the cluster' }),
        server: z => z.string({ description: 'Its Kubernetes API' }),
        labels: z =>
          z.record(z.string(), {
            description:
              'Labels to set last: those asked for and the one that ends onboarding',
          }),
        registered: z => z.boolean({ description: 'The hub has it already' }),
        applications: z =>
          z.array(z.string(), {
            description: 'Names of applications that would appear',
          }),
        deploys: z =>
          z.boolean({
            description:
              'Something is or would be deployed there, so there is something to wait for',
          }),
      },
    },
    async handler(ctx) {
      const call = options.api.as(ctx);
      ctx.logger.info(`Checking whether ${ctx.input.name} can be registered`);
      const plan = await call((client, request) =>
        client.planCluster(registrationOf(ctx.input, ctx.secrets), request),
      );
      reportChecks(plan.checks, ctx.logger);
      const failed = plan.checks.filter(({ result }) => result === 'failed');
      if (failed.length > 0) {
        throw new Error(
          `${plan.name} cannot be registered. ${failed
            .map(({ message }) => message)
            .join(' ')}`,
        );
      }
      ctx.output('hub', plan.hub);
      ctx.output('name', plan.name);
      ctx.output('server', plan.server);
      ctx.output('labels', plan.labels);
      ctx.output('registered', plan.registered);
      ctx.output(
        'applications',
        plan.appears.flatMap(({ application }) => application ?? []),
      );
      ctx.output('deploys', plan.appears.length + plan.kept.length > 0);
    },
  });
}
