import { mockServices } from '@backstage/backend-test-utils';
import { repeat } from './repeat';

type Outcome = 'done' | 'not done' | Error;

describe('repeat', () => {
  const run = async (outcomes: Outcome[]) => {
    const stopped = new AbortController();
    const { signal } = stopped;
    const logger = mockServices.logger.mock();
    const failed = jest.fn();
    const pauses: number[] = [];
    const queue = outcomes.values();
    await repeat({
      context: { signal, logger },
      status: { failed },
      failure: 'Not read',
      once: async () => {
        const { value: outcome } = queue.next();
        if (outcome instanceof Error) {
          throw outcome;
        }
        return outcome === 'done';
      },
      pause: async failures => {
        pauses.push(failures);
        if (pauses.length === outcomes.length) {
          stopped.abort();
        }
      },
    });
    const said = ({ mock }: Pick<jest.Mock, 'mock'>) =>
      mock.calls.map(([text]) => text);
    return {
      pauses,
      warned: said(logger.warn),
      debugged: said(logger.debug),
      failed: failed.mock.calls.map(([{ message }]) => message),
    };
  };

  it('counts failures in a row, and says only the first of them', async () => {
    const outcomes: Outcome[] = [
      new Error('a'),
      new Error('b'),
      'done',
      new Error('c'),
    ];
    expect(await run(outcomes)).toEqual({
      pauses: [1, 2, 0, 1],
      warned: ['Not read: a', 'Not read: c'],
      debugged: ['Not read: b'],
      failed: ['a', 'b', 'c'],
    });
  });

  it('blames no hub for what is not done', async () => {
    expect(await run(['not done', 'not done', 'done'])).toEqual({
      pauses: [1, 2, 0],
      warned: [],
      debugged: [],
      failed: [],
    });
  });

  it('says nothing of what fails because it is over', async () => {
    const stopped = new AbortController();
    const logger = mockServices.logger.mock();
    const failed = jest.fn();
    const pause = jest.fn();
    await repeat({
      context: { signal: stopped.signal, logger },
      status: { failed },
      failure: 'Not read',
      once: async () => {
        stopped.abort();
        throw stopped.signal.reason;
      },
      pause,
    });
    expect(failed).not.toHaveBeenCalled();
    expect(logger.warn).not.toHaveBeenCalled();
    expect(pause).not.toHaveBeenCalled();
  });
});
