import type {
  SchedulerService,
  SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { withoutStatement } from './databaseError';

/** Sweeps now and then, in one replica. The scheduler logs what a sweep is rejected with. */
export async function scheduleSweep(options: {
  scheduler: SchedulerService;
  id: string;
  frequency: SchedulerServiceTaskScheduleDefinition['frequency'];
  sweep(signal: AbortSignal): Promise<unknown>;
}): Promise<void> {
  const { scheduler, id, frequency, sweep } = options;
  await scheduler.scheduleTask({
    id,
    frequency,
    timeout: { minutes: 30 },
    initialDelay: { minutes: 1 },
    scope: 'global',
    fn: async signal => {
      try {
        await sweep(signal);
      } catch (error) {
        throw withoutStatement(error);
      }
    },
  });
}
