import { mockServices } from '@backstage/backend-test-utils';
import { until } from './__testUtils__/MirrorWorld';
import { ApplicationIndex } from './ApplicationIndex';
import { StreamFollower } from './StreamFollower';
import { backOff } from '../async/time';
import { TIMING } from './timing';

const MINUTE = 60_000;

type Stream = {
  resourceVersion?: string;
  signal: AbortSignal;
  onAlive(): void;
  onEvent(event: object): Promise<void>;
  end(): void;
  fail(error: Error): void;
};

const event = {
  type: 'ADDED',
  application: { metadata: { name: 'a', namespace: 'argocd' } },
};

/** Until what is settled has been told on. */
const toldOn = () => new Promise(resolve => setImmediate(resolve));

describe('StreamFollower', () => {
  let stop: () => Promise<void>;

  const given = (options: { applications: number; lastHeardAt?: number }) => {
    const index = new ApplicationIndex();
    for (let at = 0; at < options.applications; at++) {
      index.set(`argocd/${at}`, { digest: '', project: 'default' });
    }
    const streams: Stream[] = [];
    const client = {
      streamApplications: (stream: Stream) =>
        new Promise<void>((resolve, reject) => {
          streams.push({ ...stream, end: resolve, fail: reject });
          stream.signal.addEventListener('abort', () =>
            reject(stream.signal.reason),
          );
        }),
    };
    const stopped = new AbortController();
    const onLost = jest.fn();
    const wantList = jest.fn();
    const onFailed = jest.fn();
    const logger = mockServices.logger.mock();
    const follower = new StreamFollower({
      context: {
        client,
        signal: stopped.signal,
        timing: TIMING,
        logger,
      } as never,
      index,
      onEvent: async () => {},
      onAlive: () => {},
      onLost,
      onFailed,
      lastHeardAt: () => options.lastHeardAt,
      wantList,
    });
    const running = follower.run();
    stop = async () => {
      stopped.abort();
      await running;
    };
    const stream = (number: number) => until(() => streams[number]);
    return { follower, stream, streams, onLost, onFailed, logger, wantList };
  };

  afterEach(() => stop());

  it.each`
    applications | ago            | burst    | because
    ${0}         | ${1_000}       | ${true}  | ${'nothing is stored'}
    ${1_999}     | ${1_000}       | ${true}  | ${'a burst of a small hub costs little'}
    ${2_000}     | ${1_000}       | ${false} | ${'a list repairs what was lost'}
    ${2_000}     | ${9 * MINUTE}  | ${false} | ${'a list repairs what was lost'}
    ${2_000}     | ${11 * MINUTE} | ${true}  | ${'much was lost'}
    ${2_000}     | ${undefined}   | ${true}  | ${'nobody knows how much was lost'}
    ${2_000}     | ${-10_000}     | ${false} | ${'clocks of replicas differ a little'}
    ${2_000}     | ${-5 * MINUTE} | ${true}  | ${'the clock was set, and tells nothing'}
  `(
    'begins with a burst ($burst) with $applications applications, last heard of $ago ms ago: $because',
    async ({ applications, ago, burst }) => {
      const lastHeardAt = ago === undefined ? undefined : Date.now() - ago;
      const { stream } = given({ applications, lastHeardAt });
      expect((await stream(0)).resourceVersion).toBe(burst ? undefined : '0');
    },
  );

  it('connects anew without a burst, and counts that', async () => {
    const { stream, onLost } = given({
      applications: 2_000,
      lastHeardAt: Date.now(),
    });
    const first = await stream(0);
    first.onAlive();
    first.end();
    expect((await stream(1)).resourceVersion).toBe('0');
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('wants a list as soon as a new connection listens', async () => {
    const { stream, wantList } = given({
      applications: 2_000,
      lastHeardAt: Date.now(),
    });
    const first = await stream(0);
    await until(() => wantList.mock.calls.length === 1);
    first.onAlive();
    first.end();
    await stream(1);
    // Before it listens, a list would miss what happens after it.
    expect(wantList).toHaveBeenCalledTimes(1);
    await until(() => wantList.mock.calls.length === 2);
  });

  it('does not count what never was a connection', async () => {
    const { stream, onLost } = given({
      applications: 2_000,
      lastHeardAt: Date.now(),
    });
    (await stream(0)).end();
    await stream(1);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('asks for a burst that broke again, three times at most', async () => {
    const { stream } = given({ applications: 2_000 });
    const versions: unknown[] = [];
    for (let number = 0; number < 4; number++) {
      const one = await stream(number);
      versions.push(one.resourceVersion);
      one.onAlive();
      await one.onEvent(event);
      one.end();
    }
    expect(versions).toEqual([undefined, undefined, undefined, '0']);
  });

  it('lets a burst begin rather than ask for it again', async () => {
    const { follower, stream, streams } = given({ applications: 2_000 });
    const first = await stream(0);
    follower.restart({ burst: true });
    expect(first.signal.aborted).toBe(false);
    await first.onEvent(event);
    follower.restart({ burst: true });
    expect(first.signal.aborted).toBe(true);
    expect((await stream(1)).resourceVersion).toBeUndefined();
    expect(streams).toHaveLength(2);
  });

  it('connects at once when it is told to while it waits', async () => {
    const { follower, stream, streams } = given({ applications: 2_000 });
    for (let number = 0; number < 4; number++) {
      (await stream(number)).fail(new Error('refused'));
    }
    // By itself it would try again two seconds later at the earliest.
    await new Promise(resolve => setTimeout(resolve, 50));
    follower.restart({ burst: false });
    expect(await until(() => streams[4], 1_000)).toBeDefined();
  });

  it('warns once of a stream that never works, and tells of every failure', async () => {
    const { stream, onFailed, logger } = given({ applications: 2_000 });
    const refused = new Error('permission denied');
    for (let number = 0; number < 3; number++) {
      (await stream(number)).fail(refused);
    }
    await stream(3);
    expect(onFailed.mock.calls).toEqual([[refused], [refused], [refused]]);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('permission denied'),
    );
  });

  it.each(['with a word', 'without one'])(
    'takes no offence at a stream that the hub ends %s',
    async how => {
      const { stream, onFailed, logger } = given({ applications: 2_000 });
      const first = await stream(0);
      if (how === 'with a word') {
        first.onAlive();
      }
      first.end();
      await stream(1);
      expect(onFailed).not.toHaveBeenCalled();
      expect(logger.warn).not.toHaveBeenCalled();
    },
  );

  it('warns anew of a failure after a stream that had worked', async () => {
    const { stream, onFailed, logger } = given({ applications: 2_000 });
    (await stream(0)).fail(new Error('refused'));
    const second = await stream(1);
    second.onAlive();
    const now = performance.now();
    const later = jest.spyOn(performance, 'now').mockReturnValue(now + 11_000);
    try {
      second.fail(new Error('reset'));
      await toldOn();
    } finally {
      later.mockRestore();
    }
    (await stream(2)).fail(new Error('refused'));
    await stream(3);
    expect(onFailed).toHaveBeenCalledTimes(2);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });

  it.each`
    ageMs     | alive    | said     | because
    ${21_000} | ${false} | ${true}  | ${'a front keeps back what the hub says'}
    ${5_000}  | ${false} | ${false} | ${'it is too young to have heard of it'}
    ${21_000} | ${true}  | ${false} | ${'it does tell'}
  `(
    'mistrusts a stream of $ageMs ms that lived ($alive): says so ($said), for $because',
    async ({ ageMs, alive, said }) => {
      const { follower, stream, onFailed } = given({ applications: 2_000 });
      const first = await stream(0);
      if (alive) {
        first.onAlive();
      }
      const now = performance.now();
      const later = jest.spyOn(performance, 'now').mockReturnValue(now + ageMs);
      follower.mistrust();
      later.mockRestore();
      expect(onFailed).toHaveBeenCalledTimes(said ? 1 : 0);
      expect(first.signal.aborted).toBe(!alive);
    },
  );

  it('does not fall for a clock that is set while it runs', async () => {
    const { stream } = given({ applications: 2_000, lastHeardAt: Date.now() });
    const first = await stream(0);
    first.onAlive();
    const set = jest.spyOn(Date, 'now').mockReturnValue(Date.now() * 2);
    try {
      first.end();
      expect((await stream(1)).resourceVersion).toBe('0');
    } finally {
      set.mockRestore();
    }
  });
});

describe('the wait after a failure', () => {
  it.each`
    failures | least     | most
    ${0}     | ${250}    | ${500}
    ${1}     | ${500}    | ${1_000}
    ${5}     | ${8_000}  | ${16_000}
    ${6}     | ${15_000} | ${30_000}
    ${1_000} | ${15_000} | ${30_000}
  `(
    'is between $least and $most ms after $failures more, and never the same',
    ({ failures, least, most }) => {
      const waits = Array.from({ length: 100 }, () =>
        backOff(failures, { shortest: 500, longest: 30_000 }),
      );
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...waits)).toBeLessThanOrEqual(most);
      expect(new Set(waits).size).toBeGreaterThan(50);
    },
  );
});
