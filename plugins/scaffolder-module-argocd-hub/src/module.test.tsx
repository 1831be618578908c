import { createExtensionTester } from '@backstage/frontend-test-utils';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';
import { credentialFieldOptions } from './components/CredentialField/field';
import { labelsFieldOptions } from './components/LabelsField/field';
import { credential, labels } from './module';

jest.setTimeout(60_000);

it.each([
  ['ArgocdHubCredential', () => createExtensionTester(credential)],
  ['ArgocdHubLabels', () => createExtensionTester(labels)],
])('offers %s to templates', async (name, load) => {
  const loader = load().get(FormFieldBlueprint.dataRefs.formFieldLoader);
  expect(await loader()).toMatchObject({ name });
});

/** What is wrong with a value when somebody wants to go on. */
function errorsOf(
  field: { validation: (value: any, field: any, context: any) => unknown },
  value: unknown,
  uiSchema: object = {},
): string[] {
  const errors: string[] = [];
  const addError = (message: string) => errors.push(message);
  field.validation(value, { addError }, { uiSchema });
  return errors;
}

it('does not let a credential pass that is in the form data', () => {
  expect(errorsOf(credentialFieldOptions, 'provided')).toEqual([]);
  expect(errorsOf(credentialFieldOptions, undefined)).toEqual([]);
  expect(errorsOf(credentialFieldOptions, 'apiVersion: v1')).toEqual([
    'Paste the kubeconfig again.',
  ]);
});

it('does not let labels pass that Kubernetes refuses', () => {
  const uiSchema = { 'ui:options': { required: ['env'] } };
  expect(errorsOf(labelsFieldOptions, { env: 'perf' }, uiSchema)).toEqual([]);
  expect(errorsOf(labelsFieldOptions, { 'a b': 'x' }, uiSchema)).toEqual([
    'env is needed.',
    '"a b" cannot be a label.',
  ]);
});
