import { createTranslationRef } from '@backstage/core-plugin-api/alpha';

/**
 * Every text of the form fields, in English.
 *
 * @public
 */
export const scaffolderArgocdHubTranslationRef = createTranslationRef({
  id: 'scaffolder-argocd-hub',
  messages: {
    credential: {
      label: 'Kubeconfig',
      placeholder: 'Paste the kubeconfig here',
      hint: 'It is hidden as soon as it is pasted, sent with the secrets of this task, and used in this task only.',
      received: 'Kubeconfig received: context {{context}}, server {{server}}.',
      hidden: 'It is not shown again.',
      replace: 'Replace the kubeconfig',
      export: 'Export one with: kubectl config view --raw --minify --flatten',
      problem: {
        'not-kept': 'Paste the kubeconfig again.',
        'too-large': 'This is larger than 128 kB.',
        'not-yaml': 'This is neither YAML nor JSON.',
        'not-a-kubeconfig':
          'This is not a kubeconfig with one context, one cluster and one user.',
        'several-contexts':
          'This kubeconfig has {{amount}} contexts. Give one with exactly one, so that it is certain which cluster is meant.',
        'refused-field':
          'This kubeconfig uses "{{field}}", which is not accepted. Give inline data: a token or a client certificate, and the certificate authority.',
        'no-server': 'This kubeconfig names no server.',
        'not-https': 'The server of this kubeconfig does not use https.',
        'no-credential':
          'This kubeconfig has no credential: neither a token nor an inline client certificate with its key.',
      },
    },
    labels: {
      key: 'Label',
      value: 'Value',
      valueFor: 'Value of {{label}}',
      keyNumber: 'Label {{number}}',
      valueNumber: 'Value {{number}}',
      remove: 'Remove label {{label}}',
      add: 'Add a label',
      problem: {
        required: '{{label}} is needed.',
        key: '"{{label}}" cannot be a label: use letters, digits, "-", "_" and ".", at most 63, with a prefix and "/" if need be.',
        value:
          'The value of {{label}} must be at most 63 letters, digits, "-", "_" and ".", and begin and end with a letter or digit.',
        twice: '{{label}} is there twice.',
      },
    },
  },
});
