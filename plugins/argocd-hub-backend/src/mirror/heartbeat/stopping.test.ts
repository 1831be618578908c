import { setTimeout as delay } from 'node:timers/promises';
import { mockServices } from '@backstage/backend-test-utils';
import { until } from '../__testUtils__/MirrorWorld';
import { noMetrics } from '../MirrorMetrics';
import { HeartbeatMonitor } from './HeartbeatMonitor';

const application = {
  name: 'a',
  namespace: 'argocd',
  cluster: { name: 'prod' },
};

describe('a HeartbeatMonitor that is stopped', () => {
  const given = (options: {
    probe(): Promise<{ status: number; message?: string }>;
  }) => {
    const stopped = new AbortController();
    const judged: string[] = [];
    const cluster = {
      name: 'prod',
      server: 'https://prod',
      facts: {
        applications: 1,
        heartbeat: { failures: 1, goodAt: 1 },
        heartbeatIntervalMs: 1_000,
      },
    };
    const judge = jest.fn(async () => {
      await delay(300);
      judged.push('prod');
    });
    const board = {
      list: () => [cluster],
      get: () => cluster,
      update: () => {},
      judge,
    };
    const monitor = new HeartbeatMonitor({
      context: {
        hub: {
          name: 'main',
          heartbeat: { intervalMs: 1_000, maxPerSecond: 50 },
        },
        signal: stopped.signal,
        logger: mockServices.logger.mock(),
        metrics: noMetrics,
        client: {
          downSince: undefined,
          probe: options.probe,
          resourceTree: async () => [
            {
              kind: 'Service',
              version: 'v1',
              uid: '1',
              namespace: 'web',
              name: 'p',
            },
          ],
        },
        store: {
          applications: {
            list: async () => [application],
            get: async () => application,
          },
        },
      } as never,
      board: board as never,
    });
    return { monitor, judge, judged, stop: () => stopped.abort() };
  };

  it('waits for what is being noted', async () => {
    const { monitor, judge, judged, stop } = given({
      probe: async () => ({ status: 404, message: 'not found' }),
    });
    const running = monitor.run();
    await until(() => judge.mock.calls.length);
    stop();
    await running;
    expect(judged).toHaveLength(judge.mock.calls.length);
  });

  it('does not wait for a hub that says nothing', async () => {
    let asked = false;
    const { monitor, judge, stop } = given({
      probe: () => {
        asked = true;
        return new Promise(() => {});
      },
    });
    const running = monitor.run();
    await until(() => asked);
    stop();
    await running;
    expect(judge).not.toHaveBeenCalled();
  });
});
