import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { ClusterProvider } from './clusters/ClusterProvider';
import { readConfig } from './config';
import { HubReader } from './HubReader';
import { Outage } from './Outage';
import { PlacementProcessor } from './placements/PlacementProcessor';
import { PlacementProvider } from './placements/PlacementProvider';
import { PlacementSnapshot } from './placements/PlacementSnapshot';

const EVERY = {
  frequency: { seconds: 10 },
  timeout: { seconds: 60 },
};

/**
 * Puts the clusters of every configured hub into the catalog and writes on
 * entities on which clusters they are.
 */
export const catalogModuleArgocdHub = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'argocd-hub',
  register(reg) {
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        logger: coreServices.logger,
        processing: catalogProcessingExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { auth, catalog, config, logger, processing, scheduler } = deps;
        const { hubs, defaultOwner, dependsOn } = readConfig(config);
        const reader = new HubReader(deps);

        for (const hub of hubs) {
          const provider = new ClusterProvider({
            ...{ hub, defaultOwner, reader, catalog, auth, logger },
          });
          const outage = new Outage(logger, `Reading clusters of '${hub}'`);
          processing.addEntityProvider(provider);
          await scheduler.scheduleTask({
            ...EVERY,
            id: `argocd-hub-clusters-${hub}`,
            fn: () => outage.watch(() => provider.refresh()),
          });
          const counting = new Outage(logger, `Counting clusters of '${hub}'`);
          await scheduler.scheduleTask({
            ...EVERY,
            frequency: { minutes: 1 },
            id: `argocd-hub-clusters-count-${hub}`,
            scope: 'local',
            fn: () => counting.watch(() => provider.count()),
          });
        }

        const snapshot = new PlacementSnapshot();
        const provider = new PlacementProvider({
          ...{ reader, snapshot, catalog, auth, dependsOn },
        });
        const outage = new Outage(logger, 'Reading placements');
        processing.addProcessor(
          new PlacementProcessor({ snapshot, dependsOn }),
        );
        processing.addEntityProvider(provider);
        await scheduler.scheduleTask({
          ...EVERY,
          id: 'argocd-hub-placements',
          scope: 'local', // every replica processes, so every one needs the snapshot
          fn: () => outage.watch(() => provider.refresh()),
        });
      },
    });
  },
});
