import { mockServices } from '@backstage/backend-test-utils';
import { clusterRecord } from '../testing/records';
import { until } from './__testUtils__/MirrorWorld';
import { unguarded } from './__testUtils__/unguarded';
import { ClusterPoller } from './ClusterPoller';
import type { MirrorContext } from './MirrorContext';
import { ReadBudget } from './ReadBudget';
import { TIMING } from './timing';

const PROJECTS = 45;

/** A poller that knows one cluster of each project, and a hub that lists none of them. */
function given(maySee: (object: string) => boolean) {
  const stopped = new AbortController();
  const polls: string[][] = [];
  const replace = jest.fn(async (_options: { clusters: unknown[] }) => ({
    changed: [],
    applications: [],
  }));
  const failed = jest.fn();
  const poller = new ClusterPoller({
    context: {
      hub: { name: 'main', relistMs: 60_000 },
      client: {
        listClusters: async () => [],
        canI: async (_resource: string, _action: string, object: string) => {
          if (object === '*') {
            polls.push([]);
          }
          polls.at(-1)!.push(object);
          return maySee(object);
        },
      },
      store: { clusters: { replace } },
      logger: mockServices.logger.mock(),
      timing: { ...TIMING, secondListMs: 0, clustersEveryMs: 1 },
      signal: stopped.signal,
      ...unguarded,
      changed: () => {},
    } as unknown as MirrorContext,
    status: { failed, noteSkippedClusters: () => {} } as never,
    onListed: async () => {},
  });
  poller.remember(
    Array.from({ length: PROJECTS }, (_, at) => ({
      hub: 'main',
      name: `c${at}`,
      ...clusterRecord(`c${at}`, { project: `team-${at}` }),
    })),
  );
  const running = poller.run();
  const stop = async () => {
    stopped.abort();
    await running;
  };
  return { polls, replace, failed, poller, stop };
}

describe('ClusterPoller', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('asks about the rights to a few projects in each poll, and about all in the end', async () => {
    const spent = jest.spyOn(ReadBudget.prototype, 'spent');
    const { polls, replace, poller, stop } = given(() => false);
    await until(() => {
      poller.request();
      return polls.length > 5;
    });
    await stop();
    const whole = polls.slice(0, 5);
    whole.forEach(({ length }) => expect(length).toBeLessThanOrEqual(11));
    expect(new Set(whole.flat()).size).toBe(PROJECTS + 1);
    expect(replace).not.toHaveBeenCalled();
    // Two lists and the questions of each poll.
    expect(spent.mock.calls.length).toBeGreaterThanOrEqual(15);
  });

  it('believes an empty list once it finds a right to see some', async () => {
    const { replace, failed, poller, stop } = given(
      object => object === 'team-7/*',
    );
    await until(() => {
      poller.request();
      return replace.mock.calls.length;
    });
    await stop();
    expect(replace.mock.calls[0][0].clusters).toEqual([]);
    expect(failed).toHaveBeenCalled();
  });
});
