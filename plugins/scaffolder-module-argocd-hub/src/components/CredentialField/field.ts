import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { loadWords } from '../../loadWords';
import { CredentialField } from './CredentialField';
import { PLACEHOLDER } from './useCredential';

const validation: CustomFieldValidator<string> = async (
  value,
  field,
  { apiHolder },
) => {
  if (value === undefined || value === PLACEHOLDER) return;
  const t = await loadWords(apiHolder);
  field.addError(t('credential.problem.not-kept'));
};

/** `ui:field: ArgocdHubCredential` */
export const credentialFieldOptions = {
  name: 'ArgocdHubCredential',
  component: CredentialField,
  validation,
};

export const credentialField = createFormField(credentialFieldOptions);
