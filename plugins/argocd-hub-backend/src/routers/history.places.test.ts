import {
  deployedOn,
  page,
  told,
  withHistory,
} from './__testUtils__/agentHistory';
import { startEmpty as start } from './__testUtils__/agentRoute';
import {
  component,
  CONFIG,
  hubConfig,
  StoreFiller,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

describe('the history of an entity', () => {
  describe('of one cluster', () => {
    it('is what happened there, of all hubs or of one', async () => {
      const on = await start({
        config: { hubs: [hubConfig('main'), hubConfig('edge')] },
      });
      const edge = new StoreFiller(on.store, 'edge');
      await edge.hub();
      await edge.clusters('prod');
      await edge.applications(
        deployedOn('prod', [8, 2], { hub: 'edge', name: 'agent-edge' }),
      );
      await on.fill.applications(
        deployedOn('prod', [9, 3]),
        deployedOn('dr', [1]),
      );
      const expected = [
        'agent-edge -2',
        'agent-prod -3',
        'agent-edge -8',
        'agent-prod -9',
      ];

      expect(await told(on, { cluster: 'prod' })).toEqual(expected);
      expect(await told(on, { cluster: 'prod', hub: 'edge' })).toEqual([
        'agent-edge -2',
        'agent-edge -8',
      ]);
      expect(await told(on, { hub: 'main' })).toEqual([
        'agent-dr -1',
        'agent-prod -3',
        'agent-prod -9',
      ]);
      const first = await page(on, { cluster: 'prod', limit: 3 });
      const second = await told(on, {
        cluster: 'prod',
        cursor: first.nextCursor!,
      });
      expect(first.items).toHaveLength(3);
      expect(second).toEqual(expected.slice(3));
    });

    it('is told also when the cluster has gone', async () => {
      const on = await withHistory();
      await on.fill.clusters('dr', 'staging');

      expect((await page(on)).items[1].cluster).toBe('prod');
      expect(await told(on, { cluster: 'prod' })).toEqual([
        'agent-prod -3',
        'agent-prod -9',
      ]);
    });

    it.each<Record<string, string>>([
      { cluster: 'never' },
      { cluster: 'pro' },
      { hub: 'never' },
    ])('is empty for %j, which nobody knows', async query => {
      expect(await told(await withHistory(), query)).toEqual([]);
    });
  });

  describe('of applications that are gone', () => {
    it.each<[string, Record<string, string>]>([
      ['a selector', { 'argocd/app-selector': 'app=agent' }],
      ['a name', { 'argocd/app-name': 'agent-prod' }],
      ['a set', { 'argocd-hub/applicationset': 'agent-multi-cluster' }],
    ])('is told by the rules of %s', async (_, annotations) => {
      const on = await withHistory({
        entities: [component('agent', annotations)],
      });
      const whole = (await page(on)).items;

      await on.fill.remove('agent-prod');

      expect((await page(on)).items).toEqual(
        whole.map(item =>
          item.name === 'agent-prod' ? { ...item, gone: true } : item,
        ),
      );
    });

    it('keeps to the projects that the owner may claim', async () => {
      const on = await withHistory({
        config: {
          mapping: {
            ...CONFIG.mapping,
            projects: { default: ['group:default/other'] },
          },
        },
      });
      await on.fill.remove('agent-prod');

      expect(await told(on)).toEqual([]);
    });

    it('is told as of one that is there when it has come back', async () => {
      const on = await withHistory();
      await on.fill.remove('agent-prod');
      await on.fill.applications(deployedOn('prod', [9, 3, 2]));

      const { items } = await page(on, { cluster: 'prod' });

      expect(items).toHaveLength(3);
      expect(items.every(({ gone }) => gone === undefined)).toBe(true);
    });

    it('is not told to whom it does not belong any more', async () => {
      const on = await withHistory();
      await on.fill.remove('agent-prod');
      await on.fill.applications(
        deployedOn('prod', [9, 3], {
          labels: { app: 'other' },
          applicationSet: 'other',
        }),
      );

      expect(await told(on, { cluster: 'prod' })).toEqual([]);
    });
  });
});
