import { translationApiRef } from '@backstage/core-plugin-api/alpha';
import {
  createExtensionTester,
  mockApis,
} from '@backstage/frontend-test-utils';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';
import { credentialFieldOptions } from './components/CredentialField/field';
import { labelsFieldOptions } from './components/LabelsField/field';
import { loadWords } from './loadWords';
import { credential, labels } from './module';

jest.setTimeout(60_000);

/** An app with this language. */
const appWith = (api: object): any => ({
  get: (ref: unknown) => (ref === translationApiRef ? api : undefined),
});

it.each([
  ['ArgocdHubCredential', () => createExtensionTester(credential)],
  ['ArgocdHubLabels', () => createExtensionTester(labels)],
])('offers %s to templates', async (name, load) => {
  const loader = load().get(FormFieldBlueprint.dataRefs.formFieldLoader);
  expect(await loader()).toMatchObject({ name });
});

/** What is wrong with a value when somebody wants to go on. */
async function errorsOf(
  field: {
    validation: (value: any, field: any, context: any) => void | Promise<void>;
  },
  value: unknown,
  uiSchema: object = {},
): Promise<string[]> {
  const errors: string[] = [];
  const addError = (message: string) => errors.push(message);
  const apiHolder = appWith(mockApis.translation());
  await field.validation(value, { addError }, { uiSchema, apiHolder });
  return errors;
}

it('does not let a credential pass that is in the form data', async () => {
  const errors = (value?: string) => errorsOf(credentialFieldOptions, value);
  expect(await errors('provided')).toEqual([]);
  expect(await errors()).toEqual([]);
  expect(await errors('apiVersion: v1')).toEqual([
    'Paste the kubeconfig again.',
  ]);
});

it('does not let labels pass that Kubernetes refuses', async () => {
  const uiSchema = { 'ui:options': { required: ['env'] } };
  const errors = (given: object) =>
    errorsOf(labelsFieldOptions, given, uiSchema);
  expect(await errors({ env: 'perf' })).toEqual([]);
  expect(await errors({ 'a b': 'x' })).toEqual([
    'env is needed.',
    expect.stringMatching(/^"a b" cannot be a label: /),
  ]);
});

it('waits for the language of the app', async () => {
  const german = {
    ready: true as const,
    t: (key: string) => `auf Deutsch: ${key}`,
  };
  const loading = {
    getTranslation: () => ({ ready: false }),
    translation$: () => ({
      subscribe: (listener: (snapshot: object) => void) => {
        listener({ ready: false });
        setTimeout(() => listener(german), 10);
        return { unsubscribe: () => {} };
      },
    }),
  };
  const t = await loadWords(appWith(loading));
  expect(t('labels.add')).toBe('auf Deutsch: labels.add');
});
