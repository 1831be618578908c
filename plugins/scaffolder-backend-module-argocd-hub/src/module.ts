import { createBackendModule } from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';

/**
 * Adds the actions of Argo CD Hub to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleArgocdHub = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'argocd-hub',
  register(env) {
    env.registerInit({
      deps: { actions: scaffolderActionsExtensionPoint },
      async init({ actions }) {
        actions.addActions();
      },
    });
  },
});
