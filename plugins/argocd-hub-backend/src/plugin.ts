import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { readConfig } from './config';
import { Mapping } from './mapping/Mapping';
import { metricsServiceRef } from './metrics';
import { observeEstate } from './metrics/observeEstate';
import { PluginMetrics } from './metrics/PluginMetrics';
import { Mirrors } from './mirror/Mirrors';
import { EstateReader } from './estate/EstateReader';
import { batchedPermissions } from './permissions/batchedPermissions';
import { createRouter } from './routers/createRouter';
import { registerPermissions } from './permissions/registerPermissions';
import { ChangeRetention } from './store/ChangeRetention';
import { DatabaseStore } from './store/DatabaseStore';
import { HubRetention } from './store/HubRetention';
import { LeaseRetention } from './store/LeaseRetention';

/**
 * Mirrors the configured Argo CD hubs and serves what runs where.
 *
 * @public
 */
export const argocdHubPlugin = createBackendPlugin({
  pluginId: 'argocd-hub',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootConfig: coreServices.rootConfig,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
      },
      async init(deps) {
        const { database, lifecycle, logger, rootConfig } = deps;
        const config = readConfig(rootConfig);
        const store = await DatabaseStore.create({
          database,
          logger,
          changesKeptMs: config.history.retentionMs,
        });
        const mapping = new Mapping({ ...deps, config, store });
        const metrics = PluginMetrics.create(deps);
        const mirrors = Mirrors.create({
          config,
          store,
          logger,
          metrics,
          onChange: change => mapping.onStoreChange(change),
        });

        const estates = new EstateReader({ config, store });
        registerPermissions({ ...deps, config, store });
        deps.httpRouter.use(
          createRouter({
            ...deps,
            config,
            store,
            mapping,
            estates,
            hubs: mirrors.clients,
            batchedPermissions: batchedPermissions({
              ...deps,
              config: rootConfig,
            }),
            permissionsEnabled:
              rootConfig.getOptionalBoolean('permission.enabled') ?? false,
          }),
        );

        const stopped = new AbortController();
        let running: Promise<void> | undefined;
        await new ChangeRetention({ ...deps, store }).schedule();
        await new LeaseRetention({ ...deps, store }).schedule();
        await new HubRetention({
          ...deps,
          store,
          names: config.hubs.map(({ name }) => name),
        }).schedule();
        lifecycle.addStartupHook(() => {
          metrics.observe({
            stored: () => observeEstate(estates),
            clients: mirrors.clients,
          });
          mirrors.start();
          running = mapping.run(stopped.signal);
        });
        lifecycle.addShutdownHook(async () => {
          stopped.abort();
          metrics.stop();
          await Promise.all([mirrors.stop(), running]);
        });
      },
    });
  },
});
