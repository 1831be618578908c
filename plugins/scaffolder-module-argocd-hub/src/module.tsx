import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';

export const credential = FormFieldBlueprint.make({
  name: 'argocd-hub-credential',
  params: {
    field: () =>
      import('./components/CredentialField/field').then(m => m.credentialField),
  },
});

export const labels = FormFieldBlueprint.make({
  name: 'argocd-hub-labels',
  params: {
    field: () =>
      import('./components/LabelsField/field').then(m => m.labelsField),
  },
});

/**
 * Adds the form fields of Argo CD Hub to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleArgocdHub = createFrontendModule({
  pluginId: 'scaffolder',
  extensions: [credential, labels],
});
