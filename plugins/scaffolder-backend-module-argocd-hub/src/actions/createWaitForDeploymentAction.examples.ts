import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description:
      'Wait at most five minutes until a component runs on a cluster',
    example: stringify({
      steps: [
        {
          id: 'wait',
          action: 'argocd-hub:deployment:wait',
          name: 'Wait until it runs',
          input: {
            hub: 'main',
            cluster: 'perf',
            entityRef: 'component:default/agent',
            timeout: 300,
          },
        },
      ],
    }),
  },
];
