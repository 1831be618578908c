import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import { HubError } from '../../hub/HubError';
import { HUB, storeOn } from '../../store/__testUtils__/storeOn';
import { applicationRecord } from '../../testing/records';
import { until } from '../__testUtils__/MirrorWorld';
import { unguarded } from '../__testUtils__/unguarded';
import { ClusterBoard } from '../ClusterBoard';
import type { MirrorContext } from '../MirrorContext';
import { noMetrics } from '../MirrorMetrics';
import { HeartbeatMonitor } from './HeartbeatMonitor';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const stop = new AbortController();
const running: Promise<void>[] = [];
const node = { kind: 'Service', name: 'agent', namespace: 'agent', uid: 'u' };

/** One cluster with one application, asked again and again. */
async function start(client: object) {
  const { store, lease, apply } = await storeOn(databases, 'SQLITE_3');
  await apply([applicationRecord('a')]);
  const logger = mockServices.logger.mock();
  const outcomes: string[] = [];
  const context = {
    hub: { name: HUB, heartbeat: { intervalMs: 300, maxPerSecond: 100 } },
    store,
    lease,
    logger,
    signal: stop.signal,
    metrics: {
      ...noMetrics,
      heartbeat: (outcome: string) => outcomes.push(outcome),
    },
    client: { resourceTree: async () => [node], ...client },
    changed: () => {},
    ...unguarded,
  } as unknown as MirrorContext;
  const board = new ClusterBoard({
    context,
    hubFacts: () => ({ startedAt: Date.now(), listIntervalMs: 60_000 }),
  });
  await board.refresh();
  board.list().forEach(({ facts }) => {
    facts.heartbeatIntervalMs = 300;
  });
  running.push(new HeartbeatMonitor({ context, board }).run());
  return { store, logger, outcomes };
}

const rejecting = (error: Error) => async () => {
  throw error;
};

describe('HeartbeatMonitor', () => {
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    stop.abort();
    await Promise.all(running);
  });

  it.each([
    ['the hub fails', new HubError({ class: 'http', message: 'no' })],
    ['too many calls wait', new ServiceUnavailableError('later')],
  ])('takes it for no answer when %s', async (_what, error) => {
    const { outcomes, logger } = await start({ probe: rejecting(error) });
    await until(() => outcomes.length >= 2);
    expect(new Set(outcomes)).toEqual(new Set(['no-answer']));
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('tells a fault of ours from a hub that does not answer', async () => {
    const bug = new TypeError('x is not a function');
    const { outcomes, logger } = await start({ probe: rejecting(bug) });
    await until(() => outcomes.length >= 2);
    expect(new Set(outcomes)).toEqual(new Set(['error']));
    // Once, as long as nothing else happens.
    expect(logger.error.mock.calls).toEqual([
      ['A heartbeat failed on our side', bug],
    ]);
  });

  it('tells a store that fails from a hub that does not answer', async () => {
    const { store, outcomes, logger } = await start({
      probe: async () => ({ status: 200, isEventList: true }),
    });
    await until(() => outcomes.includes('good'));
    const away = jest
      .spyOn(store.applications, 'get')
      .mockRejectedValue(new Error('connect ECONNREFUSED'));
    await until(() => outcomes.includes('error'));
    away.mockRestore();
    expect(outcomes).not.toContain('no-answer');
    expect(logger.error).toHaveBeenCalledTimes(1);
    const good = () => outcomes.filter(one => one === 'good').length;
    const before = good();
    await until(() => good() > before);
  });
});
