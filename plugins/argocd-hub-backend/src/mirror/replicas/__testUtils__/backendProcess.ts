// A Backstage backend with nothing but our plugin, as a process of its own.
// The only argument is its configuration with the catalog's entities, as JSON.
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { createBackend } from '@backstage/backend-defaults';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { argocdHubPlugin } from '../../../plugin';

/** What the process is told. */
export interface BackendSetup {
  config: JsonObject;
  entities: Entity[];
  /** How far the clock of this process is off, in milliseconds. */
  clockOffsetMs: number;
}

// Nobody may outlive the test, however that ends.
process.stdin.resume().on('end', () => process.exit());

const setup: BackendSetup = JSON.parse(process.argv[2]);
shiftClock(setup.clockOffsetMs);

const backend = createBackend();
backend.add(
  createServiceFactory({
    service: coreServices.rootConfig,
    deps: {},
    factory: () => new ConfigReader(setup.config),
  }),
);
backend.add(catalogServiceMock.factory({ entities: setup.entities }));
backend.add(argocdHubPlugin);
backend.start();

/** As the wall clock of a machine that nobody set: timers do not mind. */
function shiftClock(offsetMs: number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) =>
      Reflect.construct(target, given.length ? given : [now()]),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
