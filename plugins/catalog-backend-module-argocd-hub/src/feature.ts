import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import { declaresModel } from './config';
import { catalogModuleArgocdHubModel } from './model/modelModule';
import { catalogModuleArgocdHub } from './module';

/**
 * Puts the clusters of every configured hub into the catalog, writes on
 * entities on which clusters they are, and declares the annotations to the
 * catalog's model where the configuration asks for it.
 *
 * @public
 */
export const catalogFeatureArgocdHub = createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  *loader({ config }) {
    yield catalogModuleArgocdHub;
    if (declaresModel(config)) {
      yield catalogModuleArgocdHubModel;
    }
  },
});
