import type { Clock } from '../clock';
import type { GenericObject } from '../types/kubernetes';
import type { SpokeStore } from './SpokeStore';

/** From a new Job until its pod has ended. */
const RUN_MS = 2000;
/** A container with such a command fails. */
const FAILING = /(^|\s)(false|exit [1-9]\d*)$/;

interface Job extends GenericObject {
  spec: {
    template?: {
      spec?: { containers?: { command?: string[]; args?: string[] }[] };
    };
  };
}

/** Runs each Job once, in one pod: it succeeds, unless its command says `false` or `exit 1`. */
export class JobController {
  readonly #store: SpokeStore;
  readonly #clock: Clock;

  constructor(options: { store: SpokeStore; clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  start(): void {
    const jobs = this.#store.of('jobs');
    jobs.subscribe(({ type, entry }) => {
      if (type === 'ADDED') this.#run(entry.object as Job);
    });
    for (const job of jobs.list()) {
      if (!isOver(job)) this.#run(job as Job);
    }
  }

  #run(job: Job): void {
    const { name, namespace, uid } = job.metadata;
    const startTime = this.#clock.timestamp();
    this.#update(job, { active: 1, startTime });
    const pod = `${name}-${uid!.slice(0, 5)}`;
    if (!this.#store.of('pods').get(pod, namespace)) {
      this.#store.create('pods', podOf(job, pod));
    }
    this.#clock.after(RUN_MS, () => this.#end(job, pod, startTime));
  }

  #end(job: Job, pod: string, startTime: string): void {
    const { namespace } = job.metadata;
    const fails = isFailing(job);
    const now = this.#clock.timestamp();
    this.#store.of('pods').update(pod, namespace, draft => {
      draft.status = { phase: fails ? 'Failed' : 'Succeeded' };
    });
    const common = {
      status: 'True',
      lastProbeTime: now,
      lastTransitionTime: now,
    };
    this.#update(
      job,
      fails
        ? {
            startTime,
            failed: 1,
            conditions: [
              {
                type: 'Failed',
                ...common,
                reason: 'BackoffLimitExceeded',
                message: 'Job has reached the specified backoff limit',
              },
            ],
          }
        : {
            startTime,
            completionTime: now,
            succeeded: 1,
            conditions: [{ type: 'Complete', ...common }],
          },
    );
  }

  /** Another Job of the same name is left alone. */
  #update({ metadata }: Job, status: object): void {
    const { name, namespace, uid } = metadata;
    this.#store.of('jobs').update(name, namespace, draft => {
      if (draft.metadata.uid === uid) draft.status = status;
    });
  }
}

function podOf({ metadata, spec }: Job, name: string): GenericObject {
  return {
    metadata: {
      name,
      namespace: metadata.namespace,
      labels: { 'batch.kubernetes.io/job-name': metadata.name },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: metadata.name,
          uid: metadata.uid!,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { restartPolicy: 'Never', ...spec.template?.spec },
    status: { phase: 'Running' },
  };
}

function isFailing({ spec }: Job): boolean {
  const { containers = [] } = spec.template?.spec ?? {};
  return containers.some(({ command = [], args = [] }) =>
    FAILING.test([...command, ...args].join(' ').trim()),
  );
}

function isOver({ status }: GenericObject): boolean {
  const { conditions } = (status ?? {}) as { conditions?: unknown[] };
  return !!conditions?.length;
}
