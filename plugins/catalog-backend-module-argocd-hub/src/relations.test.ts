import { stringifyEntityRef } from '@backstage/catalog-model';
import { AGENT, Catalogs, expectToBecome } from './__testUtils__/catalogs';
import { eventually, settle } from './__testUtils__/eventually';
import { cluster, placement } from './__testUtils__/FakeHub';
import type { StartedCatalog } from './__testUtils__/startCatalog';

jest.setTimeout(60_000);

const catalogs = new Catalogs();

afterEach(() => catalogs.stop());

const HUB = {
  clusters: [cluster('dr'), cluster('prod')],
  placements: [placement('agent', 'dr', 'prod')],
};

async function relations(on: StartedCatalog, entityRef: string, type: string) {
  const entity = await on.entity(entityRef);
  return (entity?.relations ?? [])
    .filter(relation => relation.type === type)
    .map(({ targetRef }) => targetRef);
}

it('are written from both ends where they are asked for, and go with the placement', async () => {
  const on = await catalogs.start({ hub: HUB, config: { dependsOn: true } });
  await expectToBecome(on, 'dr,prod');
  expect(await relations(on, AGENT, 'dependsOn')).toEqual([
    'resource:default/dr',
    'resource:default/prod',
  ]);
  await eventually(async () =>
    expect(await relations(on, 'resource:default/dr', 'dependencyOf')).toEqual([
      AGENT,
    ]),
  );

  on.hub.placements = [placement('agent', 'prod')];
  await expectToBecome(on, 'prod');
  await eventually(async () =>
    expect(await relations(on, 'resource:default/dr', 'dependencyOf')).toEqual(
      [],
    ),
  );
  expect(await relations(on, AGENT, 'dependsOn')).toEqual([
    'resource:default/prod',
  ]);
});

it('are not written where nobody asked', async () => {
  const on = await catalogs.start({ hub: HUB });
  await expectToBecome(on, 'dr,prod');
  await settle();
  expect(await relations(on, AGENT, 'dependsOn')).toEqual([]);
  expect(await relations(on, 'resource:default/dr', 'dependencyOf')).toEqual(
    [],
  );
});

it('stay while the backend is down', async () => {
  const on = await catalogs.start({ hub: HUB, config: { dependsOn: true } });
  await expectToBecome(on, 'dr,prod');
  on.hub.up = false;
  await on.tick();
  await settle();
  expect(await relations(on, AGENT, 'dependsOn')).toHaveLength(2);
});

it('do not make a cluster depend on itself', async () => {
  const on = await catalogs.start({
    hub: {
      ...HUB,
      placements: [
        {
          entityRef: stringifyEntityRef({
            ...{ kind: 'resource', namespace: 'default', name: 'prod' },
          }),
          clusters: ['dr', 'prod'],
          environments: [],
        },
      ],
    },
    config: { dependsOn: true },
  });
  await on.tick();
  await eventually(async () =>
    expect(await relations(on, 'resource:default/prod', 'dependsOn')).toEqual([
      'resource:default/dr',
    ]),
  );
});
