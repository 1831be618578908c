import { type Case, failure } from './Case';

const APP = '/api/v1/applications/agent-prod';
const DEPLOYMENT =
  'group=apps&version=v1&kind=Deployment&namespace=agent&resourceName=agent';
const TREE = 'GET /api/v1/applications/{applicationName}/resource-tree';
const MANAGED = 'GET /api/v1/applications/{applicationName}/managed-resources';
const EVENTS = 'GET /api/v1/applications/{name}/events';
const WINDOWS = 'GET /api/v1/applications/{name}/syncwindows';
const LINKS = 'GET /api/v1/applications/{name}/links';
const REVISION =
  'GET /api/v1/applications/{name}/revisions/{revision}/metadata';

export const applicationDetailCases: Case[] = [
  {
    name: 'F1.6.3 has a tree',
    operation: TREE,
    path: `${APP}/resource-tree`,
    holds: { nodes: expect.any(Array) },
  },
  {
    name: 'F1.6.4 has managed resources',
    operation: MANAGED,
    path: `${APP}/managed-resources`,
  },
  {
    name: 'F1.6.5 has events of the application',
    operation: EVENTS,
    path: `${APP}/events`,
  },
  {
    name: 'F1.6.5 has events of a resource, live',
    operation: EVENTS,
    path: async world =>
      `${APP}/events?${await world.events('agent-prod', 'Deployment')}`,
    before: async ({ fixture }) => {
      const namespace = '/api/v1/namespaces/agent/events';
      const { body } = await fixture.hub(`${APP}/resource-tree`);
      const { uid, name } = body.nodes.find(
        ({ kind }: { kind: string }) => kind === 'Deployment',
      );
      const involvedObject = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'agent',
        name,
        uid,
      };
      await fixture.kubernetes('prod', namespace, {
        method: 'POST',
        body: {
          metadata: { name: 'scaled', namespace: 'agent' },
          involvedObject,
          reason: 'ScalingReplicaSet',
          message: 'Scaled up',
          source: { component: 'deployment-controller' },
          firstTimestamp: '2026-08-12T10:00:00Z',
          lastTimestamp: '2026-08-12T10:00:00Z',
          count: 1,
          type: 'Normal',
        },
      });
    },
    holds: { items: [{ reason: 'ScalingReplicaSet' }] },
  },
  {
    name: 'F10.2.2 knows that a resource is not of this application',
    operation: EVENTS,
    path: `${APP}/events?resourceUID=x&resourceName=gone&resourceNamespace=agent`,
    status: 400,
    holds: { message: 'gone not found as part of application agent-prod' },
  },
  {
    name: 'F10.2.3 fails with the words of the dial',
    operation: EVENTS,
    path: async world =>
      `/api/v1/applications/agent-dr/events?${await world.events(
        'agent-dr',
        'Deployment',
      )}`,
    before: ({ fixture }) =>
      fixture.control('/spokes/dr/break', { how: 'refused' }),
    status: 500,
    is: failure(
      2,
      expect.stringMatching(
        /^error listing resource events: Get "https:.*": dial tcp .*: connect: connection refused$/,
      ),
    ),
  },
  {
    name: 'F1.6.6 tells of a revision',
    operation: REVISION,
    path: async ({ fixture }) => {
      const { status } = await fixture.application('agent-prod');
      return `${APP}/revisions/${status.sync.revision}/metadata`;
    },
    holds: { author: expect.any(String), message: expect.any(String) },
  },
  {
    name: 'F1.6.6 fails for a revision that nobody has',
    operation: REVISION,
    path: `${APP}/revisions/${'0'.repeat(40)}/metadata`,
    status: 500,
  },
  {
    name: 'F1.6.6 has sync windows',
    operation: WINDOWS,
    path: `${APP}/syncwindows`,
    holds: { canSync: true },
  },
  { name: 'F1.6.6 has links', operation: LINKS, path: `${APP}/links` },
  {
    name: 'F1.6.6 has a live resource',
    operation: 'GET /api/v1/applications/{name}/resource',
    path: `${APP}/resource?${DEPLOYMENT}`,
    holds: { manifest: expect.stringContaining('"kind":"Deployment"') },
  },
  {
    name: 'F10.2.2 has no live resource of another application',
    operation: 'GET /api/v1/applications/{name}/resource',
    path: `${APP}/resource?${DEPLOYMENT}-of-another`,
    status: 400,
  },
  {
    name: 'has manifests',
    operation: 'GET /api/v1/applications/{name}/manifests',
    path: `${APP}/manifests`,
    holds: { manifests: expect.any(Array) },
  },
  {
    name: 'F1.6.6 has no logs',
    operation: 'GET /api/v1/applications/{name}/logs',
    path: `${APP}/logs`,
    status: 501,
    holds: { code: 12 },
  },
  {
    name: 'F1.6.6 has no logs of a pod',
    operation: 'GET /api/v1/applications/{name}/pods/{podName}/logs',
    path: `${APP}/pods/agent/logs`,
    status: 501,
    holds: { code: 12 },
  },
  {
    name: 'F1.6.6 has no chart where there is none',
    operation:
      'GET /api/v1/applications/{name}/revisions/{revision}/chartdetails',
    path: `${APP}/revisions/HEAD/chartdetails`,
    status: 500,
  },
  {
    name: 'F1.6.6 has no image where there is none',
    operation:
      'GET /api/v1/applications/{name}/revisions/{revision}/ocimetadata',
    path: `${APP}/revisions/HEAD/ocimetadata`,
    status: 500,
  },
];
