import type { LoggerService } from '@backstage/backend-plugin-api';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type {
  ClusterPlan,
  PreflightCheck,
} from 'backstage-plugin-argocd-hub-common';
import type { HubApi } from '../HubApi';
import { reportChecks } from '../report';
import { examples } from './createRegisterClusterAction.examples';
import { registrationInput, registrationOf } from './input';

/**
 * `argocd-hub:cluster:register` makes the hub's account on the cluster and
 * registers the cluster, without the labels that would deploy something.
 */
export function createRegisterClusterAction(options: { api: HubApi }) {
  return createTemplateAction({
    id: 'argocd-hub:cluster:register',
    description:
      'Makes an account with the chosen rights on a cluster and registers the cluster with an Argo CD hub. Changes nothing when that was done before.',
    examples,
    supportsDryRun: true,
    schema: {
      input: registrationInput,
      output: {
        hub: z => z.string({ description: 'Name of the hub' }),
        name: z => z.string({ description: 'Name of the cluster' }),
        server: z => z.string({ description: 'Its Kubernetes API' }),
        changed: z =>
          z.boolean({ description: 'False when all was there before' }),
        changes: z =>
          z.array(z.string(), { description: 'What was made or changed' }),
      },
    },
    async handler(ctx) {
      const { hub = '', name } = ctx.input;
      const call = options.api.as(ctx);
      const registration = () => registrationOf(ctx.input, ctx.secrets);
      if (ctx.isDryRun) {
        const plan = await call((client, request) =>
          client.planCluster(registration(), request),
        );
        reportDryRun(plan, ctx.logger);
        ctx.output('hub', plan.hub);
        ctx.output('name', plan.name);
        ctx.output('server', plan.server);
        ctx.output('changed', false);
        ctx.output('changes', []);
        return;
      }
      ctx.logger.info(`Registering ${name}`);
      // Names only: what is returned here is stored in clear.
      const done = await ctx.checkpoint({
        key: `argocd-hub.register.${hub}.${name}`,
        fn: async () => {
          const { checks, ...names } = await call((client, request) =>
            client.registerCluster(registration(), request),
          );
          reportChecks(checks.filter(isNews), ctx.logger);
          return names;
        },
      });
      for (const change of done.changes) ctx.logger.info(`+ ${change}`);
      ctx.logger.info(
        done.changed
          ? `${done.name} is registered with hub ${done.hub}.`
          : `Nothing to change: ${done.name} was registered with hub ${done.hub} before.`,
      );
      ctx.output('hub', done.hub);
      ctx.output('name', done.name);
      ctx.output('server', done.server);
      ctx.output('changed', done.changed);
      ctx.output('changes', done.changes);
    },
  });
}

/** What passed was told by the plan before; the account was made since. */
function isNews({ check, result }: PreflightCheck): boolean {
  return result !== 'passed' || check === 'account';
}

function reportDryRun(plan: ClusterPlan, logger: LoggerService): void {
  reportChecks(plan.checks, logger);
  logger.info(
    plan.registered
      ? `Dry run: ${plan.name} is registered already.`
      : `Dry run: ${plan.name} would be registered with hub ${plan.hub}, and ${
          plan.manifests.length - plan.unchanged.length
        } objects would be made on it.`,
  );
}
