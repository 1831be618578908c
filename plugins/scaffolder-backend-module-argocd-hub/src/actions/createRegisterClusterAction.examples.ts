import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Register a cluster that may be written in one namespace',
    example: stringify({
      steps: [
        {
          id: 'register',
          action: 'argocd-hub:cluster:register',
          name: 'Register the cluster',
          input: { name: 'perf', destinationNamespaces: ['agent'] },
        },
      ],
    }),
  },
  {
    description: 'Register with a credential that the configuration names',
    example: stringify({
      steps: [
        {
          id: 'register',
          action: 'argocd-hub:cluster:register',
          name: 'Register the cluster',
          input: {
            hub: 'main',
            name: 'perf',
            preset: 'namespaced',
            destinationNamespaces: ['agent', 'jobs'],
            credential: 'bootstrap',
          },
        },
      ],
    }),
  },
];
