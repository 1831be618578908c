import { gunzipSync } from 'node:zlib';
import {
  mockCredentials,
  mockServices,
  type TestDatabases,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import type { Knex } from 'knex';
import { ChangeKeys } from '../../mapping/ChangeKeys';
import { Claims } from '../../mapping/Claims';
import { claimsOf } from '../../mapping/claimsOf';
import {
  agentOn,
  component,
  CONFIG,
  NOW,
  StoreFiller,
} from '../../routers/__testUtils__/startRouter';
import { createStore } from '../../store/__testUtils__/storeOn';
import type { DatabaseStore } from '../../store/DatabaseStore';
import { EntityAnswers } from '../EntityAnswers';
import { EstateReader } from '../EstateReader';

export const ENTITY = 'component:default/agent';
export const SELECTOR = { 'argocd/app-selector': 'app=agent' };
const CLAIMS_LEASE = 'mapping:claims';

/** The time that all readers of a test tell. */
export interface Clock {
  now: number;
}

/** One replica that writes, with an entity whose claims are stored. */
export async function answersOn(
  databases: TestDatabases,
  id: ReturnType<TestDatabases['eachSupportedId']>[number][0],
) {
  const knex = await databases.init(id);
  // Nothing renews leases here, and many changes take their time.
  const store = await createStore(knex, { leaseTtlMs: 600_000 });
  const clock: Clock = { now: NOW };
  const fill = new StoreFiller(store);
  const claimEach = async (
    entities: [name: string, annotations: Record<string, string>][],
  ) => {
    const lease = await store.leases.acquire(CLAIMS_LEASE);
    await store.claims.replace({
      lease: lease!,
      entities: entities.map(([name, annotations]) =>
        claimsOf(component(name, annotations), CONFIG.mapping),
      ),
    });
  };
  const claim = async (
    annotations: Record<string, string>,
    names = ['agent'],
  ) => claimEach(names.map(name => [name, annotations]));
  await fill.hub();
  await fill.clusters('dr', 'prod', 'staging');
  await fill.applications(agentOn('dr'), agentOn('prod'), agentOn('staging'));
  await claim(SELECTOR);
  return {
    ...{ knex, store, clock, fill, claim, claimEach },
    reader: reader(store, clock),
  };
}

/** What answers are made of, with nothing kept. */
export function partsOn(
  store: DatabaseStore,
  clock: Clock,
  options: { entities?: Entity[] } = {},
) {
  return {
    claims: new Claims({
      store,
      config: CONFIG.mapping,
      catalog: catalogServiceMock({ entities: options.entities ?? [] }),
      logger: mockServices.logger.mock(),
    }),
    changeKeys: new ChangeKeys(store),
    estates: new EstateReader({
      config: CONFIG,
      store,
      now: () => clock.now,
    }),
    store,
  };
}

/** Keeps what it reads. */
export function reader(
  store: DatabaseStore,
  clock: Clock,
  options: { maxBytes?: number; most?: number } = {},
) {
  const answers = new EntityAnswers({ ...partsOn(store, clock), ...options });
  return {
    answers,
    read: async (entityRef = ENTITY): Promise<EntityDeployments> => {
      const answer = await answers.first(entityRef, mockCredentials.user());
      return JSON.parse(gunzipSync(answer!.gzip).toString());
    },
  };
}

/** Answers as one who has kept nothing. */
export async function readAnew(
  knex: Knex,
  clock: Clock,
): Promise<EntityDeployments> {
  return reader(await createStore(knex), clock).read();
}
