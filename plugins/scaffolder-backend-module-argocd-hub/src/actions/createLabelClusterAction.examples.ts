import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Let the ApplicationSets take a registered cluster',
    example: stringify({
      steps: [
        {
          id: 'label',
          action: 'argocd-hub:cluster:label',
          name: 'Deploy to the cluster',
          input: {
            hub: 'main',
            cluster: 'perf',
            labels: { lifecycle: 'active', 'deploy.agent': 'true' },
          },
        },
      ],
    }),
  },
  {
    description: 'Take a service off a cluster',
    example: stringify({
      steps: [
        {
          id: 'label',
          action: 'argocd-hub:cluster:label',
          name: 'Remove the service from the cluster',
          input: {
            hub: 'main',
            cluster: 'perf',
            labels: { 'deploy.agent': null },
          },
        },
      ],
    }),
  },
];
