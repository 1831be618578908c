import { createBackendModule } from '@backstage/backend-plugin-api';
import { catalogCollatorExtensionPoint } from '@backstage/plugin-search-backend-module-catalog';
import { withPlacements } from './withPlacements';

/**
 * Lets the search find entities by the clusters they are on, and clusters by
 * their hub, address and labels.
 *
 * @public
 */
export const searchModuleArgocdHub = createBackendModule({
  pluginId: 'search',
  moduleId: 'argocd-hub',
  register(reg) {
    reg.registerInit({
      deps: { collator: catalogCollatorExtensionPoint },
      async init({ collator }) {
        collator.setEntityTransformer(withPlacements());
      },
    });
  },
});
