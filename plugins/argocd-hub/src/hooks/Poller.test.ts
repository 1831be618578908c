import { Poller } from './Poller';

interface Answer {
  version: string;
}

function poller(load: jest.Mock) {
  const onAnswer = jest.fn();
  const onError = jest.fn();
  const subject = new Poller<Answer>({
    load,
    onAnswer,
    onError,
    intervalMs: 10_000,
    minGapMs: 1_000,
  });
  return { subject, onAnswer, onError };
}

describe('Poller', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks at once, and then at its pace', async () => {
    const load = jest
      .fn()
      .mockResolvedValueOnce({ version: 'a' })
      .mockResolvedValueOnce({ version: 'b' });
    const { subject, onAnswer } = poller(load);
    subject.poke();
    await jest.advanceTimersByTimeAsync(0);
    expect(onAnswer).toHaveBeenLastCalledWith({ version: 'a' });

    await jest.advanceTimersByTimeAsync(9_900);
    expect(load).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(onAnswer).toHaveBeenCalledTimes(2);
    expect(onAnswer).toHaveBeenLastCalledWith({ version: 'b' });
    subject.stop();
  });

  it('asks no more than once a second, however often it is poked', async () => {
    const load = jest.fn().mockResolvedValue({ version: 'a' });
    const { subject } = poller(load);
    for (let elapsed = 0; elapsed < 2_900; elapsed += 100) {
      subject.poke();
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(load).toHaveBeenCalledTimes(3);
    subject.stop();
  });

  it('asks again when it was poked while an answer was under way', async () => {
    let answerFirst: (answer: Answer) => void = () => {};
    const load = jest
      .fn()
      .mockReturnValueOnce(new Promise(resolve => (answerFirst = resolve)))
      .mockResolvedValue({ version: 'b' });
    const { subject, onAnswer } = poller(load);
    subject.poke();
    await jest.advanceTimersByTimeAsync(2_000);
    subject.poke();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(load).toHaveBeenCalledTimes(1);

    answerFirst({ version: 'a' });
    await jest.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
    expect(onAnswer).toHaveBeenLastCalledWith({ version: 'b' });
    subject.stop();
  });

  it('keeps asking after errors, less and less often', async () => {
    const load = jest.fn().mockRejectedValue(new Error('down'));
    const { subject, onAnswer, onError } = poller(load);
    subject.poke();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(onError).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(onError).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(onError).toHaveBeenCalledTimes(3);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(onError.mock.calls.length).toBeGreaterThanOrEqual(12);

    load.mockResolvedValue({ version: 'a' });
    subject.poke();
    await jest.advanceTimersByTimeAsync(0);
    expect(onAnswer).toHaveBeenCalledTimes(1);
    subject.stop();
  });

  it('is silent while paused and asks at once afterwards', async () => {
    const load = jest.fn().mockResolvedValue({ version: 'a' });
    const { subject } = poller(load);
    subject.poke();
    await jest.advanceTimersByTimeAsync(0);
    subject.setPaused(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    subject.setPaused(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
    subject.stop();
  });

  it('aborts and is silent once stopped', async () => {
    let signal: AbortSignal | undefined;
    const load = jest.fn().mockImplementation(options => {
      signal = options.signal;
      return new Promise((_resolve, reject) =>
        options.signal.addEventListener('abort', () =>
          reject(new Error('aborted')),
        ),
      );
    });
    const { subject, onError } = poller(load);
    subject.poke();
    await jest.advanceTimersByTimeAsync(0);
    subject.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(signal?.aborted).toBe(true);
    expect(load).toHaveBeenCalledTimes(1);
    expect(onError).not.toHaveBeenCalled();
  });
});
