import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import { WriteGuard } from './WriteGuard';

const refused = () =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('WriteGuard', () => {
  const given = () => {
    const logger = mockServices.logger.mock();
    const guard = new WriteGuard({ logger });
    const { signal } = new AbortController();
    const fail = (error: Error, until = signal) =>
      guard.run(() => Promise.reject(error), until);
    const succeed = () => guard.run(async () => undefined, signal);
    return { logger, fail, succeed, guard };
  };

  it('hands on what was written, also where that is nothing', async () => {
    const { succeed, logger } = given();
    expect(await succeed()).toEqual({ outcome: 'written', value: undefined });
    expect(logger.info).not.toHaveBeenCalled();
  });

  it.each`
    outcome     | error                                     | errors
    ${'away'}   | ${refused()}                              | ${0}
    ${'lost'}   | ${new ConflictError('lost')}              | ${0}
    ${'failed'} | ${new Error('value too long for a text')} | ${1}
  `('answers $outcome for "$error"', async ({ outcome, error, errors }) => {
    const { fail, logger } = given();
    expect(await fail(error)).toEqual({ outcome });
    expect(logger.error).toHaveBeenCalledTimes(errors);
  });

  it('says once that the database is away, and once that it is back', async () => {
    const { fail, succeed, guard, logger } = given();
    for (let round = 1; round <= 2; round++) {
      await fail(refused());
      await fail(refused());
      expect(guard.saysAway(refused())).toBe(true);
      expect(logger.warn).toHaveBeenCalledTimes(round);
      expect(logger.info).toHaveBeenCalledTimes(round - 1);
      await succeed();
      await succeed();
      expect(logger.info).toHaveBeenCalledTimes(round);
    }
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('logs neither statements nor values', async () => {
    const { fail, logger } = given();
    const message = 'insert into `x` values (`secret`) - ';
    for (const [code, reason] of [
      ['SQLITE_FULL', 'database or disk is full'],
      ['SQLITE_CONSTRAINT', 'UNIQUE constraint failed'],
    ]) {
      await fail(Object.assign(new Error(message + reason), { code }));
    }
    const lines = [...logger.warn.mock.calls, ...logger.error.mock.calls];
    expect(lines).toHaveLength(2);
    const said = lines.flat().map(part => {
      const { message: told, stack } = part as unknown as Error;
      return `${part} ${told} ${stack}`;
    });
    expect(said.join()).not.toMatch(/secret|insert/);
    expect(said.join()).toMatch(/disk is full.*UNIQUE constraint failed/s);
  });

  it('has nothing to say of what fails after the end', async () => {
    const { fail, logger } = given();
    expect(await fail(new Error('closed'), AbortSignal.abort())).toEqual({
      outcome: 'failed',
    });
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('answers of a read whether it was done, and says of its failures what it says of writes', async () => {
    const { guard, succeed, logger } = given();
    const { signal } = new AbortController();
    const read = (error?: Error) =>
      guard.runRead(async () => {
        if (error) throw error;
      }, signal);
    expect(await read()).toBe(true);
    expect(await read(refused())).toBe(false);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    await succeed();
    expect(logger.info).toHaveBeenCalledTimes(1);
    expect(await read(new Error('a fault'))).toBe(false);
    expect(logger.error.mock.calls.map(([line]) => line)).toEqual([
      'The store could not be read',
    ]);
  });
});
