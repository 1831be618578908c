import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { CredentialField } from './CredentialField';
import { PLACEHOLDER } from './useCredential';

const validation: CustomFieldValidator<string> = (value, field) => {
  if (value !== undefined && value !== PLACEHOLDER) {
    field.addError('Paste the kubeconfig again.');
  }
};

/** `ui:field: ArgocdHubCredential` */
export const credentialFieldOptions = {
  name: 'ArgocdHubCredential',
  component: CredentialField,
  validation,
};

export const credentialField = createFormField(credentialFieldOptions);
