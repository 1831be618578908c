import { type MirrorWorld, until } from './MirrorWorld';

/** The parts of applications that change, as the hub tells them, by name. */
export async function truth(one: MirrorWorld): Promise<Record<string, any>> {
  const { items } = await one.ask('/api/v1/applications');
  return Object.fromEntries(
    items.map((item: any) => [
      item.metadata.name,
      {
        sync: item.status.sync.status,
        health: item.status.health.status,
        revision: item.status.sync.revision,
        phase: item.status.operationState?.phase,
        images: item.status.summary.images,
      },
    ]),
  );
}

/** The same as they are stored. */
export async function stored(one: MirrorWorld): Promise<Record<string, any>> {
  return Object.fromEntries(
    (await one.applications()).map(record => [
      record.name,
      {
        sync: record.sync,
        health: record.health,
        revision: record.sources[0]?.revision,
        phase: record.operation?.phase,
        images: record.images,
      },
    ]),
  );
}

/** Whether the store holds the hub's truth within the time. */
export async function agreeing(
  one: MirrorWorld,
  withinMs = 20_000,
): Promise<boolean> {
  return until(async () => {
    const [here, there] = await Promise.all([stored(one), truth(one)]);
    return sorted(here) === sorted(there);
  }, withinMs);
}

/** All of the hub is stored. */
export async function complete(one: MirrorWorld): Promise<boolean> {
  return until(
    async () => (await one.store.hubs.get('main'))?.complete,
    30_000,
  );
}

function sorted(states: object): string {
  return JSON.stringify(Object.entries(states).sort());
}
