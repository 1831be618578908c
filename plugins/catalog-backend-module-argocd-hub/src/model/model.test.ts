import { createServiceFactory } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import {
  compileCatalogModel,
  createCatalogModelLayer,
  defaultCatalogEntityModel,
} from '@backstage/catalog-model/alpha';
import { provideStaticCatalogModel } from '@backstage/plugin-catalog-node/alpha';
import {
  CLUSTER_ANNOTATIONS,
  ENTITY_ANNOTATIONS,
  PLACEMENT_ANNOTATIONS,
} from 'backstage-plugin-argocd-hub-common';
import { AGENT, Catalogs, expectToBecome } from '../__testUtils__/catalogs';
import { placement } from '../__testUtils__/FakeHub';
import { createLayer } from './layer';

jest.setTimeout(60_000);

const catalogs = new Catalogs();

afterEach(() => catalogs.stop());

const OURS = [
  ...Object.values(ENTITY_ANNOTATIONS),
  ...Object.values(PLACEMENT_ANNOTATIONS),
  CLUSTER_ANNOTATIONS.hub,
  CLUSTER_ANNOTATIONS.cluster,
];

async function describedBy(
  options: Parameters<Catalogs['start']>[0] = {},
): Promise<string> {
  const actions = actionsRegistryServiceMock();
  await catalogs.start({
    ...options,
    features: [
      createServiceFactory({
        service: actionsRegistryServiceRef,
        deps: {},
        factory: () => actions,
      }),
    ],
  });
  const { output } = await actions.invoke({
    id: 'test:get-catalog-model-description',
    input: {},
  });
  return (output as { description: string }).description;
}

it('describes every annotation that is read or written', () => {
  const { annotations } = compileCatalogModel([
    defaultCatalogEntityModel,
    createLayer(createCatalogModelLayer),
  ]).getMetadata();
  const described = new Map(annotations.map(it => [it.name, it]));
  for (const name of OURS) {
    expect(described.get(name)?.title).toBeTruthy();
    expect(described.get(name)?.description).toMatch(/\.$/);
  }
});

it('is told to whoever asks the catalog, where it is asked for', async () => {
  const description = await describedBy({ config: { declareModel: true } });
  for (const name of OURS) {
    expect(description).toContain(`Annotation "${name}"`);
  }
});

it('is left out by default: sources of models change how the catalog validates', async () => {
  expect(await describedBy()).not.toContain('argocd-hub/clusters');
});

it('goes together with layers of others, and entities go on as before', async () => {
  const on = await catalogs.start({
    hub: { placements: [placement('agent', 'prod')] },
    config: { declareModel: true, dependsOn: true },
    features: [provideStaticCatalogModel()],
  });
  await expectToBecome(on, 'prod');
  const { relations } = (await on.entity(AGENT))!;
  expect(relations).toEqual([
    { type: 'dependsOn', targetRef: 'resource:default/prod' },
    { type: 'ownedBy', targetRef: 'group:default/guests' },
  ]);
});
