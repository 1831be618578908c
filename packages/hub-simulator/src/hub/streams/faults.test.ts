import { until } from '../../testing/Fixture';
import { NAMES, pause, StreamFixture } from './__testUtils__/StreamFixture';

const TRIMMED = `fields=${NAMES}`;
const SSE = 'text/event-stream';
const LINES = 'application/json';

describe('faults of streams', () => {
  let fixture: StreamFixture;
  beforeAll(async () => {
    fixture = await StreamFixture.start({ timeScale: 100 });
  });
  beforeEach(() => {
    for (let index = 10; index < 30; index += 1) fixture.create(`app-${index}`);
  });
  afterEach(() => fixture.clean());
  afterAll(() => fixture.stop());

  const touchAll = () => {
    for (let index = 10; index < 30; index += 1) fixture.touch(`app-${index}`);
  };

  it.each([
    { how: 'clean', accept: SSE, end: 'end', rest: /^$/ },
    { how: 'clean', accept: LINES, end: 'end', rest: /^$/ },
    { how: 'reset', accept: SSE, end: 'ECONNRESET', rest: /^$/ },
    { how: 'reset', accept: LINES, end: 'ECONNRESET', rest: /^$/ },
    {
      how: 'mid-frame',
      accept: SSE,
      end: 'ECONNRESET',
      rest: /^data: \{"result":\{"type":"ADDED",[^\n]*$/,
    },
    {
      how: 'mid-frame',
      accept: LINES,
      end: 'ECONNRESET',
      rest: /^\{"result":\{"type":"ADDED",[^\n]*$/,
    },
  ] as const)('cut every stream: $how, $accept', async each => {
    const { how, accept, end, rest } = each;
    const stream = fixture.open({ accept, query: TRIMMED });
    await until(async () => stream.text.includes('app-29'));
    await pause();
    const before = stream.text;
    fixture.faults.cut(how);
    expect(await stream.untilEnd()).toBe(end);
    const more = stream.text.slice(before.length).replace(/:\n/g, '');
    expect(more).toMatch(rest);
    expect(fixture.faults.openStreams).toBe(0);
    const again = await fixture.follow(20, { query: TRIMMED });
    expect(again.names).toHaveLength(20);
  });

  it.each(['clean', 'reset'] as const)(
    'cut a stream that has not begun: %s',
    async how => {
      const stream = fixture.open({ query: 'resourceVersion=0' });
      await pause();
      fixture.faults.cut(how);
      expect(await stream.untilEnd()).toBe('ECONNRESET');
      expect(stream.response).toBeUndefined();
    },
  );

  it('break off the first frame of a stream that has not begun', async () => {
    const stream = fixture.open({ query: 'resourceVersion=0' });
    await pause();
    fixture.faults.cut('mid-frame');
    expect(await stream.untilEnd()).toBe('ECONNRESET');
    expect(stream.text).toMatch(/^data: \{"result/);
    expect(stream.events).toEqual([]);
  });

  it.each([
    { newToo: false, after: 20 },
    { newToo: true, after: 0 },
  ])(
    'fall silent, without keepalives, new ones too: $newToo',
    async ({ newToo, after }) => {
      const stream = await fixture.follow(20, { query: TRIMMED });
      fixture.faults.halfOpen({ newToo });
      await pause();
      const { text } = stream;
      const late = fixture.open({ query: TRIMMED });
      touchAll();
      // Time for more than two keepalives.
      await pause(400);
      expect(stream.text).toBe(text);
      expect(stream.ended).toBeUndefined();
      expect(late.ended).toBeUndefined();
      expect(late.names.filter(name => name.startsWith('ADDED'))).toHaveLength(
        after,
      );
      expect(fixture.faults.openStreams).toBe(2);
      fixture.faults.heal();
      const healed = await fixture.follow(20, { query: TRIMMED });
      touchAll();
      await healed.until(40);
      expect(stream.text).toBe(text);
      fixture.faults.cut('reset');
      expect(await stream.untilEnd()).toBe('ECONNRESET');
    },
  );

  it('send a share of the events twice', async () => {
    fixture.faults.set({ duplicate: 0.5 });
    const stream = await fixture.follow(20, { query: TRIMMED });
    const { names } = stream;
    expect(names.length).toBeGreaterThan(22);
    expect(names.length).toBeLessThan(38);
    expect(new Set(names).size).toBe(20);
    const again = names.filter((name, index) => name === names[index - 1]);
    expect(names.length).toBe(20 + again.length);
  });

  it('lose a share of the events', async () => {
    const stream = await fixture.follow(20, { query: TRIMMED });
    fixture.faults.set({ drop: 0.5 });
    touchAll();
    await pause();
    const changes = stream.names.slice(20);
    expect(changes.length).toBeGreaterThan(2);
    expect(changes.length).toBeLessThan(18);
    fixture.faults.set({ drop: 0 });
    // What was lost was never sent, so it is not taken for a repetition.
    touchAll();
    await stream.until(40);
    expect(new Set(stream.names).size).toBe(40);
  });

  it('lose everything when told so, the burst included', async () => {
    fixture.faults.set({ drop: 1 });
    const stream = fixture.open({ query: TRIMMED });
    await pause();
    touchAll();
    await pause();
    expect(stream.response).toBeUndefined();
  });

  it('let events change places within a window, and lose none', async () => {
    const stream = await fixture.follow(20, { query: TRIMMED });
    fixture.faults.set({ reorder: 7 });
    const sent = [...stream.names].map(name =>
      name.replace('ADDED', 'MODIFIED'),
    );
    touchAll();
    await stream.until(40);
    const changes = stream.names.slice(20);
    expect(changes).not.toEqual(sent);
    expect([...changes].sort()).toEqual(sent);
    for (let start = 0; start < 20; start += 7) {
      const window = changes.slice(start, start + 7);
      expect([...window].sort()).toEqual(sent.slice(start, start + 7));
    }
  });

  it('bring events late, in their order', async () => {
    const stream = await fixture.follow(20, { query: TRIMMED });
    fixture.faults.set({ delayMs: 30_000 });
    touchAll();
    await pause();
    expect(stream.names).toHaveLength(20);
    fixture.faults.set({ delayMs: 0 });
    fixture.delete('app-10');
    await stream.until(41);
    expect(stream.names[20]).toBe('MODIFIED app-10');
    expect(stream.names[40]).toBe('DELETED app-10');
  });

  it('bring also the burst late', async () => {
    fixture.faults.set({ delayMs: 30_000 });
    const stream = fixture.open({ query: TRIMMED });
    await pause(150);
    expect(stream.response).toBeUndefined();
    await stream.until(20);
    expect(stream.names).toHaveLength(20);
  });

  it('do the same again with the same seed', async () => {
    const run = async () => {
      const other = await StreamFixture.start({ timeScale: 100 });
      for (let index = 10; index < 30; index += 1) {
        other.create(`app-${index}`);
      }
      other.faults.set({ drop: 0.3, duplicate: 0.3, reorder: 4 });
      const stream = other.open({ query: TRIMMED });
      await pause(300);
      const { names } = stream;
      await other.stop();
      return names;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(5);
    expect(await run()).toEqual(first);
  });

  it.each([
    { duplicate: -0.1 },
    { drop: 1.1 },
    { drop: NaN },
    { reorder: 0 },
    { reorder: 1.5 },
    { delayMs: -1 },
  ])('refuse what makes no sense: %j', settings => {
    expect(() => fixture.faults.set(settings)).toThrow(RangeError);
    expect(fixture.faults.settings).toEqual({
      duplicate: 0,
      drop: 0,
      reorder: 1,
      delayMs: 0,
    });
  });
});
