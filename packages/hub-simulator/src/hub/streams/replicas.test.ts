import type { Replica } from './Replicas';
import { NAMES, pause, StreamFixture } from './__testUtils__/StreamFixture';

const TRIMMED = `fields=${NAMES}`;

describe('the replicas of argocd-server', () => {
  let fixture: StreamFixture;
  beforeEach(async () => {
    fixture = await StreamFixture.start();
    fixture.create('a');
  });
  afterEach(() => fixture.stop());

  /** Clients that have seen the application, one on each of two replicas. */
  const followBoth = () =>
    Promise.all([1, 2].map(() => fixture.follow(1, { query: TRIMMED })));

  it('F6.6 take turns, request by request', async () => {
    const { replicas } = fixture.hub;
    replicas.restart([0, 0, 0]);
    const first = replicas.take();
    const others = [replicas.take(), replicas.take()];
    expect(new Set<Replica>([first, ...others]).size).toBe(3);
    expect(replicas.take()).toBe(first);
  });

  it('F6.6 follow each with its own lag, and may contradict each other', async () => {
    fixture.hub.replicas.restart([0, 3000]);
    const streams = await followBoth();
    fixture.create('b');
    await pause();
    const counts = streams.map(({ names }) => names.length).sort();
    expect(counts).toEqual([1, 2]);
    const views = fixture.hub.replicas.all.map(({ view }) => view);
    expect(views.map(({ applications }) => applications.size)).toEqual([2, 1]);
    await Promise.all(streams.map(stream => stream.until(2)));
  });

  it('F1.5.6, F6.6 show a client that lists late what others have seen before', async () => {
    fixture.hub.replicas.restart([3000]);
    fixture.delete('a');
    const stream = await fixture.follow(1, { query: TRIMMED });
    expect(stream.names).toEqual(['ADDED a']);
    await stream.until(2);
    expect(stream.names).toEqual(['ADDED a', 'DELETED a']);
  });

  it('F1.5.6 end every stream when they restart', async () => {
    const seen = await fixture.follow(1);
    const idle = fixture.open({ query: 'resourceVersion=0' });
    await pause();
    const { applications } = fixture.hub.replicas.all[0].view;
    fixture.hub.replicas.restart([0]);
    expect(await seen.untilEnd()).toBe('end');
    await idle.untilEnd();
    expect(idle.response).toBeUndefined();
    // What the old ones held follows nothing any more.
    fixture.create('b');
    expect(applications.size).toBe(1);
    const again = await fixture.follow(2);
    expect(again.names).toEqual(['ADDED a', 'ADDED b']);
  });

  it('F1.5.6 leave half-open streams alone when they restart', async () => {
    const stream = await fixture.follow(1);
    fixture.faults.halfOpen();
    fixture.hub.replicas.restart([0]);
    await pause();
    expect(stream.ended).toBeUndefined();
  });

  it('F1.5.6 end every stream when the hub goes away', async () => {
    const stream = await fixture.follow(1);
    await fixture.hub.listener.break('refused');
    expect(await stream.untilEnd()).toBe('ECONNRESET');
    await fixture.hub.listener.heal();
    const again = await fixture.follow(1);
    expect(again.names).toEqual(['ADDED a']);
  });

  it.each([[[]], [[0, -1]], [[NaN]]])('refuse lags of %j', lags => {
    expect(() => fixture.hub.replicas.restart(lags)).toThrow(RangeError);
  });

  it('F10.1.7 send no DELETED for what an informer has missed', async () => {
    fixture.create('b');
    const stream = await fixture.follow(2, { query: TRIMMED });
    const [{ view }] = fixture.hub.replicas.all;
    view.applications.disconnect();
    fixture.delete('a');
    fixture.touch('b');
    fixture.create('c');
    view.applications.relist();
    await stream.until(4);
    await pause();
    expect(stream.names).toEqual([
      'ADDED a',
      'ADDED b',
      'MODIFIED b',
      'ADDED c',
    ]);
    const again = await fixture.follow(2, { query: TRIMMED });
    expect(again.names).toEqual(['ADDED b', 'ADDED c']);
  });

  it('F10.1.7 send no DELETED for what a list lacked', async () => {
    const stream = await fixture.follow(1, { query: TRIMMED });
    const [{ view }] = fixture.hub.replicas.all;
    view.applications.relist([{ name: 'a', namespace: 'argocd' }]);
    fixture.delete('a');
    await pause();
    expect(stream.names).toEqual(['ADDED a']);
  });

  it('F10.1.3, F10.1.5 pay for bursts and events when they shall be slow', async () => {
    const { cost } = fixture.state;
    const paid: string[] = [];
    const spy = (name: 'event' | 'suppressedEvent' | 'copies') =>
      jest.spyOn(cost, name).mockImplementation(async () => {
        paid.push(name);
      });
    for (const name of ['event', 'suppressedEvent', 'copies'] as const) {
      spy(name);
    }
    const free = await fixture.follow(1, { query: TRIMMED });
    free.close();
    expect(paid).toEqual([]);
    cost.mode = 'true';
    const stream = await fixture.follow(1, { query: TRIMMED });
    fixture.touch('a');
    fixture.touch('a');
    await pause();
    expect(stream.names).toEqual(['ADDED a', 'MODIFIED a']);
    expect(paid).toEqual(['copies', 'event', 'event', 'suppressedEvent']);
  });
});
