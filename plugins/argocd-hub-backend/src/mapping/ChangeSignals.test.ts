import { mockServices } from '@backstage/backend-test-utils';
import type { ChangeSignal } from 'backstage-plugin-argocd-hub-common';
import fc from 'fast-check';
import { SEEN_WITHIN_MS } from '../store/Revisions';
import { ChangeSignals } from './ChangeSignals';

/** No change may be told later, in milliseconds, where every replica answers with it. */
const LATEST_MS = 1_400;
/** Nor later to those who ask the replica that wrote it. */
const FIRST_MS = 1_010;

interface Sent {
  at: number;
  keys: string[];
}

/** Signals by a clock that a test moves, in milliseconds after the start. */
function setUp() {
  const sent: Sent[] = [];
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const publish = jest.fn(async ({ message }: { message: object }) => {
    const { changeKeys } = message as ChangeSignal;
    sent.push({ at: now(), keys: [...changeKeys] });
  });
  const signals = new ChangeSignals({
    signals: { publish },
    keyOf: async entityRef => `key of ${entityRef}`,
    logger: mockServices.logger.mock(),
  });
  return { signals, sent, publish, now };
}

describe('ChangeSignals', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells of a change once every replica answers with it', async () => {
    const { signals, sent } = setUp();
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(SEEN_WITHIN_MS);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(sent.map(({ keys }) => keys)).toEqual([['key of a']]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(1);
  });

  it('tells of no change at all by a timer that rings too early', async () => {
    const { signals, sent } = setUp();
    const now = performance.now.bind(performance);
    signals.add(['a']);
    const clock = jest
      .spyOn(performance, 'now')
      .mockImplementation(() => now() - 0.5);
    try {
      await jest.advanceTimersByTimeAsync(3_000);
    } finally {
      clock.mockRestore();
    }
    expect(sent.map(({ keys }) => keys)).toEqual([['key of a']]);
  });

  it('tells again of what changed just before it was told', async () => {
    const { signals, sent } = setUp();
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(SEEN_WITHIN_MS);
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(sent.map(({ keys }) => keys)).toEqual([['key of a'], ['key of a']]);
  });

  it('tells at most once a second, and of every change in time, whatever comes when', async () => {
    const change = fc.record({
      after: fc.integer({ min: 0, max: 700 }),
      entity: fc.constantFrom('a', 'b', 'c'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), async changes => {
        const { signals, sent, now } = setUp();
        const made: { at: number; entity: string }[] = [];
        for (const { after, entity } of changes) {
          await jest.advanceTimersByTimeAsync(after);
          made.push({ at: now(), entity });
          signals.add([entity]);
        }
        await jest.advanceTimersByTimeAsync(3_000);
        signals.stop();
        sent.slice(1).forEach(({ at }, index) => {
          expect(at - sent[index].at).toBeGreaterThanOrEqual(1_000);
        });
        for (const { at, entity } of made) {
          const told = sent.find(
            signal =>
              signal.at >= at + SEEN_WITHIN_MS &&
              signal.keys.includes(`key of ${entity}`),
          );
          expect(told!.at - at).toBeLessThanOrEqual(LATEST_MS);
          const first = sent.find(
            signal =>
              signal.at >= at && signal.keys.includes(`key of ${entity}`),
          );
          expect(first!.at - at).toBeLessThanOrEqual(FIRST_MS);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('tells of what changes all the time', async () => {
    const { signals, sent } = setUp();
    for (let elapsed = 0; elapsed < 10_000; elapsed += 50) {
      signals.add(['a']);
      await jest.advanceTimersByTimeAsync(50);
    }
    expect(sent.length).toBeGreaterThanOrEqual(8);
    expect(sent.length).toBeLessThanOrEqual(10);
    signals.stop();
  });

  it('leaves what is too much for one signal to the next', async () => {
    const { signals, sent } = setUp();
    const many = Array.from({ length: 2_500 }, (_, index) => `e${index}`);
    signals.add(many);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(sent.map(({ keys }) => keys.length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(sent.flatMap(({ keys }) => keys)).size).toBe(2_500);
  });

  it('goes on when a signal cannot be sent', async () => {
    const { signals, sent, publish } = setUp();
    publish.mockRejectedValueOnce(new Error('no events'));
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(2_000);
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(1);
  });

  it('goes on when the clock of the machine is set back', async () => {
    const { signals, sent } = setUp();
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(2_000);
    jest.setSystemTime(Date.now() - 3_600_000);
    signals.add(['a']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(2);
  });

  it('is silent once stopped', async () => {
    const { signals, sent } = setUp();
    signals.add(['a']);
    signals.stop();
    signals.add(['b']);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
  });
});
