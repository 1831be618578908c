import { generate } from '../../controllers/applicationset/generate';
import { Hub } from '../../Hub';
import { Random } from '../../random';
import { Simulator } from '../../Simulator';
import { fleet } from './fleet';
import { planFleet } from './plan';

const SIZE = { applications: 230, clusters: 12 };

describe('the plan of a fleet', () => {
  it('has the size that was asked for', () => {
    const { applications, clusters } = planFleet(new Random(1), SIZE);
    expect(applications).toHaveLength(230);
    expect(clusters).toHaveLength(12);
    const names = applications.map(
      ({ service, cluster }) => `${service.name} ${cluster.name}`,
    );
    expect(new Set(names).size).toBe(230);
  });

  it('is the same for the same seed', () => {
    const plan = (seed: number) => planFleet(new Random(seed), SIZE);
    expect(plan(5)).toEqual(plan(5));
    expect(plan(5)).not.toEqual(plan(6));
  });
});

describe('a fleet', () => {
  let simulator: Simulator;
  let hub: Hub;
  beforeAll(async () => {
    const scenario = { ...fleet(SIZE), controllers: () => [] };
    simulator = await Simulator.start({ scenario });
    hub = simulator.hub;
  });
  afterAll(() => simulator.stop());

  it('F6.1 has full objects of realistic sizes', () => {
    const sizes = hub.state.applications.entries().map(e => e.bytes.length);
    expect(Math.min(...sizes)).toBeGreaterThan(9_500);
    expect(Math.max(...sizes)).toBeLessThan(46_000);
    const mean = sizes.reduce((sum, size) => sum + size) / sizes.length;
    expect(mean).toBeGreaterThan(12_000);
    expect(mean).toBeLessThan(20_000);
  });

  it('is what its ApplicationSets want', () => {
    const { state } = hub;
    const sets = state.applicationSets.list();
    expect(sets.length).toBeGreaterThan(15);
    for (const set of sets) {
      const { applications, errors } = generate(state, set);
      expect(errors).toEqual([]);
      expect(applications).toHaveLength(12);
      for (const wanted of applications) {
        const { name } = wanted.metadata;
        const { metadata, spec } = state.applications.get(name, 'argocd')!;
        expect(spec).toEqual(wanted.spec);
        expect(metadata).toMatchObject(wanted.metadata);
      }
    }
  });

  it('F10.2.1 has trees although nothing runs', async () => {
    const { url } = hub;
    const { token } = hub.describe();
    const headers = { authorization: `Bearer ${token}` };
    const [{ name, object }] = hub.state.applications.entries();
    const path = `${url}/api/v1/applications/${name}`;
    const tree = await (
      await fetch(`${path}/resource-tree`, { headers })
    ).json();
    expect(tree.nodes.length).toBe(object.status.resources!.length + 2);
    const node = tree.nodes.find(
      ({ kind }: { kind: string }) => kind === 'Deployment',
    );
    const query = `resourceUID=${node.uid}&resourceName=${node.name}&resourceNamespace=${node.namespace}`;
    const events = await fetch(`${path}/events?${query}`, { headers });
    expect([events.status, (await events.json()).items]).toEqual([200, []]);
  });

  it('tells of its revisions although it has no repositories', async () => {
    const headers = { authorization: `Bearer ${hub.describe().token}` };
    const [{ name, object }] = hub.state.applications.entries();
    const { revision, revisions } = object.status.history!.at(-1)!;
    const sha = revision ?? revisions![0];
    const url = `${hub.url}/api/v1/applications/${name}/revisions/${sha}/metadata`;
    const answers = [
      await fetch(url, { headers }),
      await fetch(url, { headers }),
    ];
    const [first, second] = await Promise.all(answers.map(it => it.json()));
    expect(first).toEqual({
      author: expect.stringMatching(/^\w+ Example <\w+@example.com>$/),
      date: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:00Z$/),
      message: expect.stringContaining(sha.slice(0, 7)),
    });
    expect(second).toEqual(first);
  });
});
