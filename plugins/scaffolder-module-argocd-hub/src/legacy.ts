/**
 * Form fields of Argo CD Hub, for apps on the legacy frontend system.
 *
 * @packageDocumentation
 */

import { createPlugin } from '@backstage/core-plugin-api';
import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import { credentialFieldOptions } from './components/CredentialField/field';
import { labelsFieldOptions } from './components/LabelsField/field';

const plugin = createPlugin({ id: 'scaffolder-argocd-hub' });

/**
 * `ui:field: ArgocdHubCredential`
 *
 * @public
 */
export const ArgocdHubCredentialFieldExtension = plugin.provide(
  createScaffolderFieldExtension(credentialFieldOptions),
);

/**
 * `ui:field: ArgocdHubLabels`
 *
 * @public
 */
export const ArgocdHubLabelsFieldExtension = plugin.provide(
  createScaffolderFieldExtension(labelsFieldOptions),
);

export { scaffolderArgocdHubTranslationRef } from './translation';
