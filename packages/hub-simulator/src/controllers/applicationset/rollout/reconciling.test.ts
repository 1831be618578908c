import { CONTROL_PLANE } from '../../../state/names';
import { SetWorld } from '../__testUtils__/SetWorld';

const RESOURCES = 'resources-finalizer.argocd.argoproj.io';

describe('a set', () => {
  let world: SetWorld;
  beforeEach(() => {
    world = new SetWorld();
  });
  afterEach(() => world.stop());

  describe('with RollingSync', () => {
    const step = (value: string) => ({
      matchExpressions: [{ key: 'env', operator: 'In', values: [value] }],
    });
    const strategy = {
      type: 'RollingSync',
      rollingSync: { steps: [step('a'), step('b')] },
    };

    it('F4.7 F4.8 tells the steps and forces automated sync off', () => {
      world.addSet({ strategy });
      world.reconcile();
      world.reconcile();
      const status = world.set().status!;
      expect(
        status.applicationStatus!.map(each => [
          each.application,
          each.status,
          each.step,
        ]),
      ).toEqual([
        ['app-a', 'Pending', '1'],
        ['app-b', 'Waiting', '2'],
        ['app-c', 'Waiting', '-1'],
      ]);
      expect(status.applicationStatus![0]).toHaveProperty(
        'targetRevisions',
        [],
      );
      expect(world.conditions().RolloutProgressing).toEqual([
        'True',
        'ApplicationSetModified',
        'ApplicationSet is performing rollout of step 1',
      ]);
      expect(status.health!.status).toBe('Progressing');
      expect(world.app('a').spec.syncPolicy!.automated).toEqual({
        prune: true,
        enabled: false,
      });
      expect(world.app('a').operation!.initiatedBy!.username).toBe(
        'applicationset-controller',
      );
    });

    it('F4.7 forgets where applications stand with another strategy', () => {
      world.addSet({ strategy });
      world.reconcile();
      world.reconcile();
      world.editSet(draft => {
        delete draft.spec.strategy;
      });
      world.reconcile();
      expect(world.set().status!.applicationStatus).toBeUndefined();
      expect(world.conditions()).not.toHaveProperty('RolloutProgressing');
      expect(world.app('a').spec.syncPolicy!.automated).toEqual({
        prune: true,
      });
    });

    it('F4.8 deletes in the reverse order of the steps', () => {
      world.addSet({ strategy: { ...strategy, deletionOrder: 'Reverse' } });
      world.reconcile();
      expect(world.set().metadata.finalizers).toEqual([RESOURCES]);
      world.editSet(draft => {
        draft.metadata.deletionTimestamp = world.clock.timestamp();
      });
      world.reconcile();
      expect(world.app('b').metadata.deletionTimestamp).toBeTruthy();
      expect(world.app('a').metadata.deletionTimestamp).toBeUndefined();
      world.state.applications.delete('app-b', CONTROL_PLANE);
      world.reconcile();
      expect(world.app('a').metadata.deletionTimestamp).toBeTruthy();
      world.state.applications.delete('app-a', CONTROL_PLANE);
      world.reconcile();
      expect(world.set()).toBeUndefined();
    });
  });
});
