import { setTimeout as sleep } from 'node:timers/promises';
import type { Service, World } from '../World';

/** A sync on paper runs two seconds. */
const AFTERWARDS_MS = 6_000;

/** Syncs one application of the service after the other; resolves when all syncs are over. */
export async function causeChanges(options: {
  world: World;
  service: Service;
  count: number;
  /** from one sync to the next */
  betweenMs: number;
}): Promise<void> {
  const { world, service, count, betweenMs } = options;
  const { applications } = service;
  for (let done = 0; done < count; done += 1) {
    const { metadata } = applications[done % applications.length];
    await world.hub.drain({
      path: `/api/v1/applications/${metadata.name}/sync`,
      method: 'POST',
      body: {},
    });
    await sleep(betweenMs);
  }
  await sleep(AFTERWARDS_MS);
}
