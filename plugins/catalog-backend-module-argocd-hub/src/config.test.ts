import { ConfigReader } from '@backstage/config';
import { declaresModel, readConfig } from './config';

const config = (catalog: object) =>
  new ConfigReader({
    argocdHub: { hubs: [{ name: 'main', url: 'x' }], catalog } as any,
  });

describe('readConfig', () => {
  it('opts in to nothing by default', () => {
    expect(readConfig(config({}))).toEqual({
      hubs: ['main'],
      defaultOwner: 'unknown',
      dependsOn: false,
    });
    expect(declaresModel(config({}))).toBe(false);
  });

  it('lives without any configuration', () => {
    expect(readConfig(new ConfigReader({})).hubs).toEqual([]);
    expect(declaresModel(new ConfigReader({}))).toBe(false);
  });

  it('reads what was opted in to', () => {
    const all = config({ dependsOn: true, declareModel: true });
    expect(readConfig(all).dependsOn).toBe(true);
    expect(declaresModel(all)).toBe(true);
  });

  it.each([
    [{ clusterOwner: 'a:b:c' }, /argocdHub\.catalog\.clusterOwner.*'a:b:c'/],
    [{ clusterOwner: 7 }, /argocdHub\.catalog\.clusterOwner/],
    [{ dependsOn: 'sure' }, /argocdHub\.catalog\.dependsOn/],
    [
      { dependOn: true },
      "Invalid config at 'argocdHub.catalog.dependOn': is no key that is known here; did you mean 'dependsOn'?",
    ],
    [
      { ClusterOwner: 'platform' },
      "Invalid config at 'argocdHub.catalog.ClusterOwner': is no key that is known here; did you mean 'clusterOwner'?",
    ],
    [
      { owner: 'platform' },
      "Invalid config at 'argocdHub.catalog.owner': is no key that is known here; known are clusterOwner, dependsOn, declareModel",
    ],
  ])('refuses %j by its key', (catalog, message) => {
    expect(() => readConfig(config(catalog))).toThrow(message);
  });
});
