import { until } from '../../testing/Fixture';
import { SpokeFixture } from '../testing/SpokeFixture';

const MAPS = '/api/v1/namespaces/default/configmaps';
const MERGE = 'merge-patch+json';

describe('watches of a spoke', () => {
  let fixture: SpokeFixture;
  const make = (name: string, labels: object = {}) =>
    fixture.post(MAPS, { metadata: { name, labels } });
  const summary = (
    events: { type: string; object: { metadata: { name: string } } }[],
  ) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

  beforeEach(async () => {
    fixture = await SpokeFixture.start(60);
  });
  afterEach(() => fixture.stop());

  it('goes on after a version that a list gave', async () => {
    const { metadata } = (await fixture.get(MAPS)).body;
    await make('missed');
    const path = `${MAPS}?watch=1&resourceVersion=${metadata.resourceVersion}`;
    const watch = await fixture.watch(path);
    await make('seen');
    await fixture.delete(`${MAPS}/missed`);
    await until(async () => watch.events.length === 3);
    expect(summary(watch.events)).toEqual([
      'ADDED missed',
      'ADDED seen',
      'DELETED missed',
    ]);
    watch.stop();
  });

  it.each(['', '&resourceVersion=0'])(
    'begins with everything that is there: watch=true%s',
    async query => {
      const watch = await fixture.watch(`${MAPS}?watch=true${query}`);
      await until(async () => watch.events.length === 1);
      expect(summary(watch.events)).toEqual(['ADDED kube-root-ca.crt']);
      watch.stop();
    },
  );

  it('tells of objects that come into a selection and leave it', async () => {
    const watch = await fixture.watch(`${MAPS}?watch=1&labelSelector=a%3D1`);
    await make('one');
    await fixture.patch(`${MAPS}/one`, MERGE, {
      metadata: { labels: { a: '1' } },
    });
    await fixture.patch(`${MAPS}/one`, MERGE, { data: { x: 'y' } });
    await fixture.patch(`${MAPS}/one`, MERGE, {
      metadata: { labels: { a: '2' } },
    });
    await until(async () => watch.events.length === 3);
    expect(summary(watch.events)).toEqual([
      'ADDED one',
      'MODIFIED one',
      'DELETED one',
    ]);
    watch.stop();
  });

  it('ends with 410 Gone in the stream for a version that is forgotten', async () => {
    const { store } = fixture.spoke;
    await make('a');
    for (let count = 0; count < 1001; count += 1) {
      store.of('configmaps').update('a', 'default', draft => {
        draft.data = { count: String(count) };
      });
    }
    const watch = await fixture.watch(`${MAPS}?watch=1&resourceVersion=1001`);
    await watch.ended;
    expect(watch.status).toBe(200);
    expect(watch.events).toEqual([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: `too old resource version: 1001 (${store.revision})`,
          reason: 'Expired',
          code: 410,
        },
      },
    ]);
  });

  it('sends bookmarks to those who ask, and ends when the time is up', async () => {
    const path = `${MAPS}?watch=1&allowWatchBookmarks=true&timeoutSeconds=100`;
    const watch = await fixture.watch(path);
    await watch.ended;
    const bookmarks = watch.events.filter(({ type }) => type === 'BOOKMARK');
    expect(bookmarks).toHaveLength(2);
    expect(bookmarks[0].object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(fixture.spoke.store.revision),
        creationTimestamp: null,
      },
    });
  });

  it('says that a limit of fields makes no sense before it streams', async () => {
    const { status } = await fixture.get(`${MAPS}?watch=1&fieldSelector=x%3D1`);
    expect(status).toBe(400);
  });

  it('follows a kind as a Table, row by row', async () => {
    const watch = await fixture.watch(`${MAPS}?watch=1`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    await until(async () => watch.events.length === 1);
    const [{ object }] = watch.events;
    expect(object.kind).toBe('Table');
    expect(object.rows[0].cells.slice(0, 2)).toEqual(['kube-root-ca.crt', 1]);
    watch.stop();
  });

  it('leaves nothing behind when its watchers have gone', async () => {
    const watch = await fixture.watch(`${MAPS}?watch=1&allowWatchBookmarks=1`);
    watch.stop();
    await watch.ended;
    await make('afterwards');
    expect(watch.events.length).toBeLessThanOrEqual(1);
  });
});
