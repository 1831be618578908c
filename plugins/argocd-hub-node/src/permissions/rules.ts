import { createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import {
  argocdHubClusterPermissionResourceRef,
  argocdHubHubPermissionResourceRef,
} from './resources';

const hubs = z.array(z.string()).describe('Names of hubs, as configured');

const isClusterInHub = createPermissionRule({
  name: 'IN_HUB',
  description: 'Allow clusters of the given hubs',
  resourceRef: argocdHubClusterPermissionResourceRef,
  paramsSchema: z.object({ hubs }),
  apply: (cluster, params) => params.hubs.includes(cluster.hub),
  toQuery: params => ({ hubs: params.hubs }),
});

const hasClusterLabel = createPermissionRule({
  name: 'HAS_LABEL',
  description: 'Allow clusters that have the given label at their hub',
  resourceRef: argocdHubClusterPermissionResourceRef,
  paramsSchema: z.object({
    label: z.string().describe('Key of the label, in the case it is written'),
    value: z
      .string()
      .optional()
      .describe('Value that it must have; without it any value will do'),
  }),
  apply: ({ labels }, { label, value }) =>
    Object.hasOwn(labels, label) &&
    (value === undefined || labels[label] === value),
  toQuery: ({ label, value }) =>
    value === undefined ? { label } : { label, value },
});

const isHubNamed = createPermissionRule({
  name: 'IN_HUB',
  description: 'Allow the given hubs',
  resourceRef: argocdHubHubPermissionResourceRef,
  paramsSchema: z.object({ hubs }),
  apply: (hub, params) => params.hubs.includes(hub.name),
  toQuery: params => ({ hubs: params.hubs }),
});

/** Rules by which clusters can be told apart. @public */
export const argocdHubClusterPermissionRules = {
  inHub: isClusterInHub,
  hasLabel: hasClusterLabel,
};

/** Rules by which hubs can be told apart. @public */
export const argocdHubHubPermissionRules = { inHub: isHubNamed };
