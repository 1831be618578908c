import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createLabelClusterAction } from './actions/createLabelClusterAction';
import { createPlanClusterAction } from './actions/createPlanClusterAction';
import { createRegisterClusterAction } from './actions/createRegisterClusterAction';
import { createWaitForDeploymentAction } from './actions/createWaitForDeploymentAction';
import { HubApi } from './HubApi';

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
      deps: {
        actions: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
      },
      async init({ actions, auth, discovery }) {
        const api = new HubApi({ auth, discovery });
        actions.addActions(
          createPlanClusterAction({ api }),
          createRegisterClusterAction({ api }),
          createLabelClusterAction({ api }),
          createWaitForDeploymentAction({ api }),
        );
      },
    });
  },
});
