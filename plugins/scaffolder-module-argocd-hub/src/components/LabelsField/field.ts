import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { LabelsField, type LabelsFieldOptions } from './LabelsField';
import { problemOf } from './problems';

const WORDS = {
  required: (key: string) => `${key} is needed.`,
  key: (key: string) => `"${key}" cannot be a label.`,
  value: (key: string) => `The value of ${key} cannot be the value of a label.`,
  twice: (key: string) => `${key} is there twice.`,
};

const validation: CustomFieldValidator<
  Record<string, string>,
  LabelsFieldOptions
> = (labels, field, { uiSchema }) => {
  const { required = [] }: LabelsFieldOptions = uiSchema?.['ui:options'] ?? {};
  const given = labels ?? {};
  const keys = [...new Set([...required, ...Object.keys(given)])];
  const rows = keys.map(key => ({ key, value: given[key] ?? '' }));
  for (const row of rows) {
    const problem = problemOf(row, { rows, required });
    if (problem) field.addError(WORDS[problem](row.key));
  }
};

/** `ui:field: ArgocdHubLabels` */
export const labelsFieldOptions = {
  name: 'ArgocdHubLabels',
  component: LabelsField,
  validation,
};

export const labelsField = createFormField(labelsFieldOptions);
