import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Check a cluster whose kubeconfig was pasted into the form',
    example: stringify({
      steps: [
        {
          id: 'plan',
          action: 'argocd-hub:cluster:plan',
          name: 'Check the cluster',
          input: {
            name: 'perf',
            labels: { env: 'perf', 'deploy.agent': 'true' },
            destinationNamespaces: ['agent'],
          },
        },
      ],
    }),
  },
];
