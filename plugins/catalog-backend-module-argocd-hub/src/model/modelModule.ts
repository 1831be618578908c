import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import * as catalogModel from '@backstage/catalog-model/alpha';
import * as catalogNode from '@backstage/plugin-catalog-node/alpha';
import { createLayer } from './layer';

/**
 * Declares the annotations to the catalog's model. A module of its own, added
 * only where it is asked for, because all that it uses is alpha: a Backstage
 * that has it not, or not any more, goes on without.
 */
export const catalogModuleArgocdHubModel = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'argocd-hub-model',
  register(reg) {
    const { catalogModelExtensionPoint: model } = catalogNode;
    reg.registerInit({
      deps: { logger: coreServices.logger, ...(model && { model }) },
      async init(deps) {
        const { createCatalogModelLayer, CatalogModelSources } = catalogModel;
        if (!createCatalogModelLayer || !deps.model?.addModelSource) {
          deps.logger.warn(
            'argocdHub.catalog.declareModel has no effect: this version of the catalog has no model layers',
          );
          return;
        }
        // Together with the catalog's own model: a source replaces what is built in.
        deps.model.addModelSource(
          CatalogModelSources.static([createLayer(createCatalogModelLayer)]),
        );
      },
    });
  },
});
