import { mockServices } from '@backstage/backend-test-utils';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationKey } from '../store/ApplicationStore';
import { until } from './__testUtils__/MirrorWorld';
import { ApplicationIndex } from './ApplicationIndex';
import { ApplicationWriter } from './ApplicationWriter';
import type { MirrorContext } from './MirrorContext';
import { noMetrics } from './MirrorMetrics';
import { WriteGuard } from './WriteGuard';

jest.setTimeout(30_000);

const application = (name: string, health = 'Healthy'): ArgoApplication => ({
  metadata: { name, namespace: 'argocd' },
  spec: { project: 'team', destination: { name: 'prod' } },
  status: { health: { status: health } },
});

interface Batch {
  upserts: { name: string; health?: string }[];
  removals: ApplicationKey[];
}

/** A store that takes every batch, unless a test says otherwise. */
function given(take: (batch: Batch) => Promise<void> | void = () => {}) {
  const stopped = new AbortController();
  const logger = mockServices.logger.mock();
  const guard = new WriteGuard({ logger });
  const stored = new Map<string, string | undefined>();
  const skip = jest.fn();
  const want = jest.fn();
  const index = new ApplicationIndex();
  const apply = async ({ upserts, removals }: Batch) => {
    await take({ upserts, removals });
    upserts.forEach(({ name, health }) => stored.set(name, health));
    removals.forEach(({ name }) => stored.delete(name));
    return { changed: [], clusters: [] };
  };
  const writer = new ApplicationWriter({
    context: {
      hub: { name: 'main' },
      annotations: [],
      store: { applications: { apply } },
      logger,
      metrics: noMetrics,
      signal: stopped.signal,
      write: (write: () => Promise<unknown>) =>
        guard.run(write, stopped.signal),
      changed: () => {},
    } as unknown as MirrorContext,
    index,
    status: { skip, unskip: () => {} } as never,
    commits: { want } as never,
    onActivity: () => {},
  });
  const see = (one: ArgoApplication) =>
    writer.accept(one, { listsRevision: true });
  const stop = async () => {
    stopped.abort();
    await writer.stop();
  };
  return { index, stored, see, writer, skip, want, logger, stop };
}

/** Refuses this application until it is to be removed. */
function refusing(name: string, onRemoval: () => Promise<void> | void) {
  let isRefused = true;
  let refusals = 0;
  return {
    refusals: () => refusals,
    take: async ({ upserts, removals }: Batch) => {
      if (isRefused && upserts.some(one => one.name === name)) {
        refusals += 1;
        throw new Error('a value that no column takes');
      }
      if (removals.some(one => one.name === name)) {
        await onRemoval();
        isRefused = false;
      }
    },
  };
}

describe('ApplicationWriter', () => {
  it('never forgets one that could not be stored, as newer word of it may be', async () => {
    const refuses = refusing('odd', () => {});
    const { index, stored, see, skip, stop } = given(refuses.take);
    await see(application('odd', 'Degraded'));
    await until(() => refuses.refusals());
    await see(application('odd', 'Healthy'));
    await until(() => stored.has('odd'));
    expect(skip).toHaveBeenCalledTimes(1);
    // No list says so: the next one settles it, whether or not it is there.
    expect(index.digest('argocd/odd')).toBe('');
    const covered = (project: string) => project === 'team';
    expect(
      index.notListed({ list: 1, moment: performance.now(), covered }),
    ).toEqual(['argocd/odd']);
    await stop();
  });

  it('knows one that it must remove also while that has to wait', async () => {
    let remove = () => {};
    const removed = new Promise<void>(resolve => {
      remove = resolve;
    });
    let isRemoving = false;
    const refuses = refusing('odd', () => {
      isRemoving = true;
      return removed;
    });
    const { index, see, stored, stop } = given(refuses.take);
    await see(application('good'));
    await until(() => stored.has('good'));
    await see(application('odd'));
    await until(() => isRemoving);
    expect(index.digest('argocd/odd')).toBe('');
    remove();
    await see(application('good', 'Degraded'));
    await until(() => stored.get('good') === 'Degraded');
    expect(index.has('argocd/odd')).toBe(true);
    await stop();
  });

  it('goes on though somebody fails who is told of what was written', async () => {
    const { stored, see, want, logger, stop } = given();
    want.mockImplementationOnce(() => {
      throw new Error('a fault');
    });
    await see(application('first'));
    await until(() => stored.has('first'));
    await see(application('second'));
    await until(() => stored.has('second'), 5_000);
    expect(logger.error).toHaveBeenCalledTimes(1);
    await stop();
  });
});
