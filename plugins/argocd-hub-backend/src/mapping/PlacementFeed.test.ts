import { PlacementFeed } from './PlacementFeed';
import type { PlacementSnapshot } from './placements';

function snapshot(
  placed: Record<string, string[]>,
  trustworthy = true,
): PlacementSnapshot {
  return {
    placements: new Map(
      Object.entries(placed).map(([entityRef, clusters]) => [
        entityRef,
        { entityRef, clusters, environments: [] },
      ]),
    ),
    byApplication: new Map(),
    byCluster: new Map(),
    unmapped: new Map(),
    trustworthy,
    settled: ['x'],
  };
}

/** Something is written whenever it is asked. */
function written(compute: () => Promise<PlacementSnapshot>) {
  let writes = 0;
  return {
    compute,
    version: async () => {
      writes += 1;
      return `${writes}`;
    },
  };
}

function setUp(first: PlacementSnapshot) {
  let now = 0;
  let writes = 0;
  const compute = jest.fn(async () => first);
  const version = jest.fn(async () => `${writes}`);
  const feed = new PlacementFeed({ compute, version }, { now: () => now });
  const write = () => {
    writes += 1;
  };
  return {
    feed,
    compute,
    version,
    /** As another replica does it. */
    write,
    become(next: PlacementSnapshot) {
      write();
      compute.mockResolvedValue(next);
      feed.invalidate();
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('PlacementFeed', () => {
  it('sends everything first, then what changed', async () => {
    const { feed, become } = setUp(snapshot({ a: ['x'], b: ['x'] }));
    const first = await feed.since(undefined);
    expect(first).toMatchObject({ complete: true, trustworthy: true });
    expect(first.items.map(item => item.entityRef)).toEqual(['a', 'b']);

    become(snapshot({ a: ['x', 'y'], c: ['y'] }));

    expect(await feed.since(first.cursor)).toMatchObject({
      complete: false,
      items: [
        { entityRef: 'a', clusters: ['x', 'y'] },
        { entityRef: 'c', clusters: ['y'] },
        { entityRef: 'b', clusters: [] },
      ],
    });
  });

  it('waits for what is recent only after a quiet minute', async () => {
    const now = snapshot({ a: ['y'] });
    const { feed, become, pass } = setUp(snapshot({ a: ['x'] }));
    const before = await feed.recent();
    // Nothing is computed in the background.
    feed.stop();
    become(now);
    pass(59_000);
    expect(await feed.recent()).toBe(before);
    pass(1_000);
    expect(await feed.recent()).toBe(now);
  });

  it('tells what is certain only while not all is', async () => {
    const { feed, become } = setUp(snapshot({ a: ['x'] }, false));
    const { cursor, settled } = await feed.since(undefined);
    expect(settled).toEqual(['x']);

    become(snapshot({ a: ['x'] }));

    expect(await feed.since(cursor)).not.toHaveProperty('settled');
  });

  it('sends nothing when nothing changed', async () => {
    const { feed, become } = setUp(snapshot({ a: ['x'] }));
    const { cursor } = await feed.since(undefined);

    become(snapshot({ a: ['x'] }));

    expect(await feed.since(cursor)).toMatchObject({ cursor, items: [] });
  });

  it('tells each change once, as it is now', async () => {
    const { feed, become } = setUp(snapshot({ a: ['x'] }));
    const { cursor } = await feed.since(undefined);
    become(snapshot({ a: ['y'] }));
    await feed.since(undefined);
    become(snapshot({ a: ['z'] }));

    const { items } = await feed.since(cursor);

    expect(items).toEqual([
      { entityRef: 'a', clusters: ['z'], environments: [] },
    ]);
  });

  it.each(['', 'x', 'other.1', '.', 'a.b.c', '-1'])(
    'sends everything for the cursor %j of somebody else',
    async cursor => {
      const { feed } = setUp(snapshot({ a: ['x'] }));
      expect(await feed.since(cursor)).toMatchObject({ complete: true });
    },
  );

  it('sends nothing to who has the same from another replica', async () => {
    const one = setUp(snapshot({ a: ['x'], b: ['y'] }));
    const other = setUp(snapshot({ b: ['y'] }));
    await other.feed.since(undefined);
    other.become(snapshot({ b: ['y'], a: ['x'] }));
    const { cursor } = await one.feed.since(undefined);

    const there = await other.feed.since(cursor);
    expect(there).toMatchObject({ complete: false, items: [] });

    one.become(snapshot({ a: ['x'] }));
    expect(await one.feed.since(there.cursor)).toMatchObject({
      complete: true,
      items: [{ entityRef: 'a' }],
    });
  });

  it('looks again without a hint, after a while', async () => {
    const { feed, compute, write, pass } = setUp(snapshot({}));
    await feed.since(undefined);
    write();
    pass(5_000);
    await feed.since(undefined);
    expect(compute).toHaveBeenCalledTimes(1);

    pass(5_000);
    await feed.since(undefined);

    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('computes nothing anew where nothing was written', async () => {
    const { feed, compute, version, pass } = setUp(snapshot({ a: ['x'] }));
    const { cursor } = await feed.since(undefined);
    const first = await feed.recent();
    for (const milliseconds of [10_000, 60_000, 3_600_000]) {
      pass(milliseconds);
      expect(await feed.recent()).toBe(first);
      await new Promise(setImmediate);
      pass(10_000);
      expect(await feed.since(cursor)).toMatchObject({ cursor, items: [] });
      feed.invalidate();
      expect(await feed.since(cursor)).toMatchObject({ cursor, items: [] });
    }
    expect(compute).toHaveBeenCalledTimes(1);
    expect(version.mock.calls.length).toBeGreaterThan(3);
  });

  it('has what another replica wrote in a quiet time', async () => {
    const next = snapshot({ a: ['y'] });
    const { feed, compute, write, pass } = setUp(snapshot({ a: ['x'] }));
    const { cursor } = await feed.since(undefined);
    pass(60_000);
    await feed.recent();
    compute.mockResolvedValue(next);
    write();
    pass(60_000);
    expect(await feed.recent()).toBe(next);
    expect((await feed.since(cursor)).items).toMatchObject([
      { entityRef: 'a', clusters: ['y'] },
    ]);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('computes anew what was written while it was computed', async () => {
    const { feed, compute, write, pass } = setUp(snapshot({}));
    compute.mockImplementationOnce(async () => {
      write();
      return snapshot({ a: ['x'] });
    });
    await feed.since(undefined);
    compute.mockResolvedValue(snapshot({ b: ['x'] }));
    pass(10_000);

    const { items } = await feed.since(undefined);

    expect(items).toMatchObject([{ entityRef: 'b' }]);
  });

  it('tries again what failed, though nothing was written since', async () => {
    const { feed, compute, become, pass } = setUp(snapshot({ a: ['x'] }));
    await feed.since(undefined);
    become(snapshot({ b: ['x'] }));
    compute.mockRejectedValueOnce(new Error('no database'));
    pass(10_000);
    await expect(feed.since(undefined)).rejects.toThrow('no database');

    const { items } = await feed.since(undefined);

    expect(items).toMatchObject([{ entityRef: 'b' }]);
  });

  it('asks once a second at most whether hints were true', async () => {
    jest.useFakeTimers();
    try {
      const version = jest.fn(async () => 'always');
      const compute = jest.fn(async () => snapshot({}));
      const feed = new PlacementFeed({ compute, version });
      await feed.snapshot();
      for (let hints = 0; hints < 100; hints += 1) {
        feed.invalidate();
        await jest.advanceTimersByTimeAsync(100);
      }
      expect(version.mock.calls.length).toBeGreaterThan(8);
      expect(version.mock.calls.length).toBeLessThan(13);
      expect(compute).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it('spends little of its time on computing', async () => {
    const { feed, compute, become, pass } = setUp(snapshot({}));
    compute.mockImplementationOnce(async () => {
      pass(1_000);
      return snapshot({});
    });
    await feed.since(undefined);
    become(snapshot({}));
    pass(19_000);
    await feed.since(undefined);
    expect(compute).toHaveBeenCalledTimes(1);

    pass(1_000);
    await feed.since(undefined);

    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('is renewed for those who look without asking what changed', async () => {
    const { feed, compute, become, pass } = setUp(snapshot({ a: ['x'] }));
    const placed = async () => [...(await feed.snapshot()).placements.keys()];
    expect(await placed()).toEqual(['a']);
    become(snapshot({ b: ['x'] }));
    expect(await placed()).toEqual(['a']);
    expect(compute).toHaveBeenCalledTimes(1);
    pass(10_000);
    compute.mockRejectedValueOnce(new Error('no database'));
    expect(await placed()).toEqual(['a']);
    await new Promise(setImmediate);
    pass(10_000);

    expect(await placed()).toEqual(['a']);
    await new Promise(setImmediate);

    expect(await placed()).toEqual(['b']);
  });

  it('is renewed after a hint, though nobody looks or asks again', async () => {
    jest.useFakeTimers();
    try {
      const compute = jest.fn(async () => snapshot({ a: ['x'] }));
      const feed = new PlacementFeed(written(compute));
      feed.invalidate();
      await jest.advanceTimersByTimeAsync(120_000);
      expect(compute).not.toHaveBeenCalled();

      await feed.snapshot();
      compute.mockResolvedValue(snapshot({ b: ['x'] }));
      feed.invalidate();
      compute.mockRejectedValueOnce(new Error('no database'));
      await jest.advanceTimersByTimeAsync(30_000);
      expect([...(await feed.snapshot()).placements.keys()]).toEqual(['b']);

      const { length } = compute.mock.calls;
      await jest.advanceTimersByTimeAsync(600_000);
      expect(compute).toHaveBeenCalledTimes(length);
      feed.stop();
      feed.invalidate();
      await jest.advanceTimersByTimeAsync(600_000);
      expect(compute).toHaveBeenCalledTimes(length);
    } finally {
      jest.useRealTimers();
    }
  });

  it('takes a hint that comes while it is computed', async () => {
    jest.useFakeTimers();
    try {
      const compute = jest.fn(async () => snapshot({ a: ['x'] }));
      const feed = new PlacementFeed(written(compute));
      await feed.snapshot();
      await jest.advanceTimersByTimeAsync(5_000);
      compute.mockImplementationOnce(async () => {
        await Promise.resolve();
        feed.invalidate();
        return snapshot({ b: ['x'] });
      });
      feed.invalidate();
      compute.mockResolvedValue(snapshot({ c: ['x'] }));
      await jest.advanceTimersByTimeAsync(5_000);
      expect([...(await feed.snapshot()).placements.keys()]).toEqual(['c']);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['work that took an hour', 3_600_000, false],
    ['work that took an hour and failed', 3_600_000, true],
  ])('rests for a minute at most after %s', async (_, spentMs, fails) => {
    const { feed, compute, become, pass } = setUp(snapshot({ a: ['x'] }));
    compute.mockImplementationOnce(async () => {
      pass(spentMs);
      if (fails) throw new Error('no database');
      return snapshot({});
    });
    await feed.since(undefined).catch(() => undefined);
    become(snapshot({ a: ['x'] }));
    if (!fails) pass(60_000);

    expect((await feed.since(undefined)).items).toHaveLength(1);
  });

  it('fails for who looks before it was ever computed', async () => {
    const { feed, compute } = setUp(snapshot({ a: ['x'] }));
    compute.mockRejectedValueOnce(new Error('no database'));

    await expect(feed.snapshot()).rejects.toThrow('no database');

    expect((await feed.snapshot()).placements.size).toBe(1);
  });

  it('fails rather than sending less, and tries again', async () => {
    const { feed, compute } = setUp(snapshot({ a: ['x'] }));
    compute.mockRejectedValueOnce(new Error('no database'));

    await expect(feed.since(undefined)).rejects.toThrow('no database');

    expect((await feed.since(undefined)).items).toHaveLength(1);
  });
});
