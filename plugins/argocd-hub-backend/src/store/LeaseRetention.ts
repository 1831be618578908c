import type { SchedulerService } from '@backstage/backend-plugin-api';
import { scheduleSweep } from './scheduleSweep';
import type { Store } from './Store';

const TASK = 'argocd-hub-forget-abandoned-leases';

/** Forgets what was leased by replicas that died, every hour and in one replica. */
export class LeaseRetention {
  readonly #store: Pick<Store, 'leases'>;
  readonly #scheduler: SchedulerService;

  constructor(options: {
    store: Pick<Store, 'leases'>;
    scheduler: SchedulerService;
  }) {
    this.#store = options.store;
    this.#scheduler = options.scheduler;
  }

  async schedule(): Promise<void> {
    await scheduleSweep({
      scheduler: this.#scheduler,
      id: TASK,
      frequency: { hours: 1 },
      sweep: () => this.sweep(),
    });
  }

  async sweep(): Promise<void> {
    await this.#store.leases.forgetAbandoned();
  }
}
