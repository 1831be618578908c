import type { GenericObject } from '../../types/kubernetes';
import { applicationHealth, healthOf } from './health';

const object = (
  apiVersion: string,
  kind: string,
  fields: Record<string, unknown> = {},
  metadata: object = {},
): GenericObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', generation: 2, ...metadata },
  ...fields,
});
const deployment = (status: object, spec: object = { replicas: 2 }) =>
  object('apps/v1', 'Deployment', { spec, status });
const pod = (status: object, restartPolicy = 'Always') =>
  object('v1', 'Pod', { spec: { restartPolicy }, status });
const job = (...conditions: object[]) =>
  object('batch/v1', 'Job', { status: { conditions } });
const observed = { observedGeneration: 2 };

describe('the health of one resource', () => {
  it.each<[string, GenericObject, string | undefined, string?]>([
    ['a kind without health', object('v1', 'ConfigMap'), undefined],
    [
      'what is being deleted',
      object('v1', 'ConfigMap', {}, { deletionTimestamp: 'now' }),
      'Progressing',
      'Pending deletion',
    ],
    [
      'a Deployment that was not looked at',
      deployment({ observedGeneration: 1 }),
      'Progressing',
      'Waiting for rollout to finish: observed deployment generation less than desired generation',
    ],
    [
      'a Deployment that rolls out',
      deployment({ ...observed, updatedReplicas: 1 }),
      'Progressing',
      'Waiting for rollout to finish: 1 out of 2 new replicas have been updated...',
    ],
    [
      'a Deployment with old replicas',
      deployment({ ...observed, updatedReplicas: 2, replicas: 3 }),
      'Progressing',
      'Waiting for rollout to finish: 1 old replicas are pending termination...',
    ],
    [
      'a Deployment that is up',
      deployment({ ...observed, updatedReplicas: 2, availableReplicas: 2 }),
      'Healthy',
    ],
    [
      'a Deployment that took too long',
      deployment({
        ...observed,
        conditions: [
          { type: 'Progressing', reason: 'ProgressDeadlineExceeded' },
        ],
      }),
      'Degraded',
      'Deployment "x" exceeded its progress deadline',
    ],
    [
      'a paused Deployment',
      deployment({}, { paused: true }),
      'Suspended',
      'Deployment is paused',
    ],
    [
      'a StatefulSet with pods to come',
      object('apps/v1', 'StatefulSet', {
        spec: { replicas: 3 },
        status: { ...observed, readyReplicas: 1 },
      }),
      'Progressing',
      'Waiting for 2 pods to be ready...',
    ],
    [
      'a DaemonSet with pods to come',
      object('apps/v1', 'DaemonSet', {
        status: {
          ...observed,
          desiredNumberScheduled: 2,
          updatedNumberScheduled: 1,
        },
      }),
      'Progressing',
      'Waiting for daemon set "x" rollout to finish: 1 out of 2 new pods have been updated...',
    ],
    [
      'a ReplicaSet that may make no pods',
      object('apps/v1', 'ReplicaSet', {
        status: {
          ...observed,
          conditions: [
            { type: 'ReplicaFailure', status: 'True', message: 'quota' },
          ],
        },
      }),
      'Degraded',
      'quota',
    ],
    ['a Job that runs', job(), 'Progressing'],
    ['a Job that is through', job({ type: 'Complete' }), 'Healthy'],
    [
      'a Job that failed',
      job({ type: 'Failed', message: 'too often' }),
      'Degraded',
      'too often',
    ],
    ['a Job on hold', job({ type: 'Suspended', status: 'True' }), 'Suspended'],
    ['a pod that waits', pod({ phase: 'Pending' }), 'Progressing'],
    [
      'a pod that cannot start',
      pod({
        phase: 'Pending',
        containerStatuses: [
          {
            state: {
              waiting: { reason: 'ImagePullBackOff', message: 'no image' },
            },
          },
        ],
      }),
      'Degraded',
      'no image',
    ],
    ['a pod that runs once', pod({ phase: 'Running' }, 'Never'), 'Progressing'],
    [
      'a pod that failed',
      pod({
        phase: 'Failed',
        containerStatuses: [
          { name: 'c', state: { terminated: { exitCode: 3 } } },
        ],
      }),
      'Degraded',
      'container "c" failed with exit code 3',
    ],
    [
      'a claim without volume',
      object('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }),
      'Progressing',
    ],
    ['a Service', object('v1', 'Service'), 'Healthy'],
    [
      'a Service without its load balancer',
      object('v1', 'Service', { spec: { type: 'LoadBalancer' } }),
      'Progressing',
    ],
    ['an Ingress', object('networking.k8s.io/v1', 'Ingress'), 'Progressing'],
    [
      'an Ingress that is served',
      object('networking.k8s.io/v1', 'Ingress', {
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
      }),
      'Healthy',
    ],
  ])('F5.2 judges %s', (...[, subject, status, message]) => {
    expect(healthOf(subject)).toEqual(
      status && { status, ...(message && { message }) },
    );
  });
});

describe('the health of an application', () => {
  const healthy = { live: object('v1', 'Service') };
  const progressing = { live: job() };
  const degraded = { live: job({ type: 'Failed' }) };
  const missing = { target: object('v1', 'Service') };
  const child = (status: string) => ({
    live: object('argoproj.io/v1alpha1', 'Application', {
      status: { health: { status } },
    }),
  });
  const hook = {
    live: object(
      'batch/v1',
      'Job',
      { status: { conditions: [{ type: 'Failed' }] } },
      { annotations: { 'argocd.argoproj.io/hook': 'PostSync' } },
    ),
  };

  it.each([
    ['nothing', [], 'Healthy'],
    ['its worst resource', [healthy, degraded, progressing], 'Degraded'],
    [
      'what is there, where something is missing',
      [healthy, missing],
      'Healthy',
    ],
    ['nothing of what should be', [missing, missing], 'Missing'],
    ['no hook', [healthy, hook], 'Healthy'],
    ['a child that is missing', [child('Missing')], 'Healthy'],
    ['a child nobody knows of', [child('Unknown')], 'Healthy'],
    ['a child that suffers', [child('Degraded')], 'Degraded'],
    [
      'nothing but things without health',
      [{ live: object('v1', 'ConfigMap') }],
      'Healthy',
    ],
  ])('F5.2 is that of %s', (_, resources, status) => {
    expect(applicationHealth(resources)).toBe(status);
  });
});
