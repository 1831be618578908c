import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { loadWords } from '../../loadWords';
import { LabelsField, type LabelsFieldOptions } from './LabelsField';
import { problemOf } from './problems';

const validation: CustomFieldValidator<
  Record<string, string>,
  LabelsFieldOptions
> = async (labels, field, { apiHolder, uiSchema }) => {
  const { required = [] }: LabelsFieldOptions = uiSchema?.['ui:options'] ?? {};
  const given = labels ?? {};
  const keys = [...new Set([...required, ...Object.keys(given)])];
  const rows = keys.map(key => ({ key, value: given[key] ?? '' }));
  const t = await loadWords(apiHolder);
  for (const row of rows) {
    const problem = problemOf(row, { rows, required });
    if (problem) {
      field.addError(t(`labels.problem.${problem}`, { label: row.key }));
    }
  }
};

/** `ui:field: ArgocdHubLabels` */
export const labelsFieldOptions = {
  name: 'ArgocdHubLabels',
  component: LabelsField,
  validation,
};

export const labelsField = createFormField(labelsFieldOptions);
