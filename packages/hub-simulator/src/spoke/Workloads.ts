import type { Clock } from '../clock';
import type { GenericObject } from '../types/kubernetes';
import type { SpokeStore } from './SpokeStore';

/** From a changed Deployment until its pods are up. */
const ROLLOUT_MS = 2000;
/** No more pods than this stand for a Deployment, however many it wants. */
const MOST_PODS = 50;
const ROLLING = 'ReplicaSetUpdated';

export interface Deployment extends GenericObject {
  spec: {
    replicas: number;
    template: { spec?: { containers?: { name: string; image: string }[] } };
  };
}

/** Rolls Deployments out over time, or fails to when told so. */
export class Workloads {
  readonly #store: SpokeStore;
  #failNext = false;

  constructor(store: SpokeStore) {
    this.#store = store;
  }

  start(clock: Clock): void {
    this.#store.of('deployments').subscribe(({ type, entry }) => {
      if (type === 'DELETED') return;
      const { metadata, status } = entry.object;
      const observed = (status as { observedGeneration?: number } | undefined)
        ?.observedGeneration;
      if (observed === metadata.generation) return;
      const fails = this.#failNext;
      this.#failNext = false;
      this.#begin(entry.object as Deployment);
      clock.after(ROLLOUT_MS, () =>
        this.#finish(metadata.name, metadata.namespace!, fails),
      );
    });
    for (const { metadata } of this.#store.of('deployments').list()) {
      this.#finish(metadata.name, metadata.namespace!, false);
    }
    this.#store.of('ingresses').subscribe(({ type, entry }) => {
      if (type === 'ADDED') this.#publish(entry.object);
    });
  }

  /** The next rollout never becomes ready. */
  failNextRollout(): void {
    this.#failNext = true;
  }

  /** Puts a Deployment up at once, as one made long ago. */
  settle(name: string, namespace: string): void {
    this.#finish(name, namespace, false);
  }

  /** New pods come up beside the old ones. */
  #begin(deployment: Deployment): void {
    const { name, namespace, generation, uid } = deployment.metadata;
    const count = Math.min(deployment.spec.replicas, MOST_PODS);
    for (let index = 0; index < count; index += 1) {
      this.#store.create('pods', {
        metadata: {
          name: `${name}-${generation}-${index}`,
          namespace,
          labels: { 'app.kubernetes.io/name': name },
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: uid! },
          ],
        },
        spec: { containers: deployment.spec.template.spec?.containers ?? [] },
        status: { phase: 'Pending' },
      });
    }
    this.#store.of('deployments').update(name, namespace, draft => {
      draft.status = {
        ...(draft.status as object),
        observedGeneration: generation,
        updatedReplicas: 0,
        conditions: [condition('Progressing', 'True', ROLLING)],
      };
    });
  }

  #finish(name: string, namespace: string, fails: boolean): void {
    const deployments = this.#store.of('deployments');
    const deployment = deployments.get(name, namespace) as
      | Deployment
      | undefined;
    if (!deployment || !isRollingOut(deployment)) return;
    const { replicas } = deployment.spec;
    if (fails) this.#warn(deployment);
    else this.#replacePods(deployment);
    deployments.update(name, namespace, draft => {
      draft.status = {
        observedGeneration: draft.metadata.generation,
        replicas,
        updatedReplicas: fails ? 0 : replicas,
        readyReplicas: fails ? 0 : replicas,
        availableReplicas: fails ? 0 : replicas,
        conditions: [
          fails
            ? condition('Progressing', 'False', 'ProgressDeadlineExceeded')
            : condition('Progressing', 'True', 'NewReplicaSetAvailable'),
        ],
      };
    });
  }

  /** Pods of this generation run, those of earlier ones go. */
  #replacePods({ metadata }: Deployment): void {
    const pods = this.#store.of('pods');
    const current = `${metadata.name}-${metadata.generation}-`;
    for (const { metadata: pod } of pods.list()) {
      const owned = pod.ownerReferences?.some(
        owner => owner.uid === metadata.uid,
      );
      if (!owned) continue;
      if (!pod.name.startsWith(current)) {
        pods.delete(pod.name, pod.namespace);
        continue;
      }
      pods.update(pod.name, pod.namespace, draft => {
        draft.status = { phase: 'Running' };
      });
    }
  }

  /** The load balancer takes an Ingress at once. */
  #publish({ metadata }: GenericObject): void {
    const ingresses = this.#store.of('ingresses');
    ingresses.update(metadata.name, metadata.namespace, draft => {
      draft.status = { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } };
    });
  }

  #warn({ metadata }: Deployment): void {
    const suffix = Date.now().toString(16);
    const now = this.#store.timestamp();
    this.#store.create('events', {
      metadata: {
        name: `${metadata.name}.${suffix}`,
        namespace: metadata.namespace,
      },
      type: 'Warning',
      reason: 'ProgressDeadlineExceeded',
      source: { component: 'deployment-controller' },
      reportingComponent: 'deployment-controller',
      reportingInstance: '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
      message: `Deployment "${metadata.name}" has timed out progressing.`,
      involvedObject: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
      },
    });
  }
}

/** A rollout that was settled meanwhile is not finished twice. */
function isRollingOut({ status }: GenericObject): boolean {
  const { conditions } = (status ?? {}) as {
    conditions?: { reason: string }[];
  };
  return conditions?.[0].reason === ROLLING;
}

function condition(type: string, status: string, reason: string) {
  return { type, status, reason };
}
