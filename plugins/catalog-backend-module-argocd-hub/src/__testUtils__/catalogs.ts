import {
  type CatalogOptions,
  startCatalog,
  type StartedCatalog,
} from './startCatalog';
import { eventually } from './eventually';

export const AGENT = 'component:default/agent';
export const CLUSTERS = 'argocd-hub/clusters';

/** Catalogs that stop when their test is over. */
export class Catalogs {
  readonly #running: StartedCatalog[] = [];

  /** With the components `agent` and `other`, as soon as the first one is there. */
  async start(options: Partial<CatalogOptions> = {}): Promise<StartedCatalog> {
    const started = await startCatalog({
      hub: {},
      components: { agent: {}, other: {} },
      ...options,
    });
    this.#running.push(started);
    await eventually(async () => {
      if (!(await started.entity(AGENT))) throw new Error(`No ${AGENT}`);
    });
    return started;
  }

  async stop(): Promise<void> {
    for (const started of this.#running.splice(0)) await started.stop();
  }
}

export async function clustersOf(
  on: StartedCatalog,
  entityRef = AGENT,
): Promise<string | undefined> {
  return (await on.entity(entityRef))?.metadata.annotations?.[CLUSTERS];
}

/** Ticks, and waits until the annotation has changed to what is expected. */
export async function expectToBecome(
  on: StartedCatalog,
  expected: string | undefined,
): Promise<void> {
  expect(await clustersOf(on)).not.toBe(expected);
  await on.tick();
  await eventually(async () => expect(await clustersOf(on)).toBe(expected));
}
