import { createFrontendModule } from '@backstage/frontend-plugin-api';

/**
 * Adds the form fields of Argo CD Hub to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleArgocdHub = createFrontendModule({
  pluginId: 'scaffolder',
  extensions: [],
});
