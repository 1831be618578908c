import type { ApplicationChange } from '../store/ApplicationStore';
import { ApplicationChanges, idOf } from './ApplicationChanges';
import type { Moment } from './EstateReader';

const change = (revision: number): ApplicationChange => ({
  hub: 'main',
  key: `argocd/app${revision}`,
});
const momentAt = (revision: number, id = revision) =>
  ({ id, revisions: { applications: `${revision}` } } as Moment);
const range = (after: number, upTo: number) =>
  Array.from({ length: upTo - after }, (_, index) => change(after + 1 + index));
const told = (after: number, upTo: number) =>
  range(after, upTo).map(written => ({ id: idOf(written) }));

/** One application is written per revision. */
function setUp(options: { most?: number } = {}) {
  const asked: string[] = [];
  const changes = new ApplicationChanges({
    changedSince: async (before, { now, most }) => {
      asked.push(`${before}-${now}`);
      const found = range(+before, +now);
      return found.length > Math.min(most, options.most ?? most) ||
        +now < +before
        ? undefined
        : found;
    },
  });
  return { asked, changes };
}

describe('what was lately written', () => {
  it('is read once for all who ask', async () => {
    const { asked, changes } = setUp();
    await changes.between('0', momentAt(1));
    const found = await Promise.all([
      changes.between('1', momentAt(3)),
      changes.between('1', momentAt(3)),
      changes.between('3', momentAt(5)),
      changes.between('1', momentAt(5)),
    ]);
    expect(found).toEqual([told(1, 3), told(1, 3), told(3, 5), told(1, 5)]);
    expect(asked).toEqual(['1-3', '3-5']);
    expect(await changes.between('5', momentAt(5))).toEqual([]);
  });

  it('is not known of a revision that nobody remembers', async () => {
    const { changes } = setUp();
    expect(await changes.between('1', momentAt(3))).toBeUndefined();
    expect(await changes.between('1', momentAt(4))).toBeUndefined();
    expect(await changes.between('3', momentAt(4))).toEqual(told(3, 4));
  });

  it('begins anew where the store cannot tell', async () => {
    const { changes } = setUp({ most: 2 });
    await changes.between('0', momentAt(1));
    expect(await changes.between('1', momentAt(2))).toEqual(told(1, 2));
    expect(await changes.between('2', momentAt(9))).toBeUndefined();
    expect(await changes.between('1', momentAt(9))).toBeUndefined();
    expect(await changes.between('9', momentAt(10))).toEqual(told(9, 10));
  });

  it('stays known when somebody is late', async () => {
    const { changes } = setUp();
    await changes.between('0', momentAt(1));
    await changes.between('1', momentAt(5));
    expect(await changes.between('5', momentAt(4))).toBeUndefined();
    expect(await changes.between('1', momentAt(4))).toBeUndefined();
    expect(await changes.between('1', momentAt(6))).toEqual(told(1, 6));
  });

  it('is forgotten from the oldest on', async () => {
    const { changes } = setUp();
    await changes.between('0', momentAt(1));
    for (let revision = 101; revision <= 5_001; revision += 100) {
      await changes.between('0', momentAt(revision));
    }
    expect(await changes.between('1', momentAt(5_001))).toBeUndefined();
    expect(await changes.between('4001', momentAt(5_001))).toEqual(
      told(4_001, 5_001),
    );
  });

  it('is asked for again after the database did not answer', async () => {
    const failing = new ApplicationChanges({
      changedSince: jest
        .fn()
        .mockRejectedValueOnce(new Error('away'))
        .mockResolvedValue([change(2)]),
    });
    await failing.between('0', momentAt(1));
    await expect(failing.between('1', momentAt(2))).rejects.toThrow('away');
    expect(await failing.between('1', momentAt(2))).toEqual(told(1, 2));
  });
});
