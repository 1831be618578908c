import { once } from 'node:events';
import { get } from 'node:http';
import { until } from '../../testing/Fixture';
import { NAMES, pause, StreamFixture } from './__testUtils__/StreamFixture';
import {
  PORTAL_FIELDS,
  typicalApplication,
} from './__testUtils__/typicalApplication';

const TRIMMED = `fields=${NAMES}`;
const PADDING = 'x'.repeat(20_000);

describe('the delivery of events', () => {
  let fixture: StreamFixture;
  beforeAll(async () => {
    fixture = await StreamFixture.start();
  });
  afterEach(() => fixture.clean());
  afterAll(() => fixture.stop());

  /** A client that has got the header and reads nothing any more. */
  const openSlowly = async (query = '') => {
    const { url, token } = fixture.hub.describe();
    const request = get(`${url}/api/v1/stream/applications?${query}`, {
      agent: false,
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
      },
    });
    request.on('error', () => {});
    const [response] = await once(request, 'response');
    response.pause();
    const read = () => {
      const state = { text: '' };
      response.on('data', (chunk: Buffer) => {
        state.text += chunk;
      });
      response.resume();
      return state;
    };
    return { read, close: () => request.destroy() };
  };

  it('F1.5.7 does not repeat what the chosen fields do not tell apart', async () => {
    fixture.create('a');
    const stream = await fixture.follow(1, { query: TRIMMED });
    fixture.touch('a');
    await stream.until(2);
    fixture.touch('a');
    fixture.touch('a');
    fixture.delete('a');
    await stream.until(3);
    expect(stream.names).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('F10.1.4 always sends the first change after ADDED', async () => {
    fixture.create('a');
    fixture.create('b');
    const stream = await fixture.follow(2, { query: TRIMMED });
    for (const name of ['a', 'b', 'a', 'b']) fixture.touch(name);
    await pause();
    expect(stream.names.slice(2)).toEqual(['MODIFIED a', 'MODIFIED b']);
  });

  it('F1.5.7 compares by name and not by namespace', async () => {
    fixture.create('a');
    fixture.create('tenant/a');
    const stream = await fixture.follow(1, { query: TRIMMED });
    expect(stream.names).toEqual(['ADDED a']);
    fixture.touch('a');
    fixture.touch('tenant/a');
    fixture.delete('tenant/a');
    fixture.touch('a');
    await stream.until(4);
    expect(stream.names.slice(1)).toEqual([
      'MODIFIED a',
      'DELETED a',
      'MODIFIED a',
    ]);
  });

  it('F1.5.7 sends every change of anything without fields', async () => {
    fixture.create('a');
    const stream = await fixture.follow(1);
    for (let round = 0; round < 5; round += 1) fixture.touch('a');
    expect(await stream.until(6)).toHaveLength(6);
  });

  it('F1.5.7 can lose a DELETED that the chosen fields do not show', async () => {
    fixture.create('a');
    const query = 'fields=result.application.metadata.name';
    const stream = await fixture.follow(1, { query });
    fixture.touch('a');
    fixture.delete('a');
    await pause();
    expect(stream.events).toEqual([
      { result: { application: { metadata: { name: 'a' } } } },
    ]);
  });

  it('F1.5.8 lets resource version and conditions be chosen', async () => {
    const { metadata } = fixture.create('a', {
      status: { conditions: [{ type: 'SyncError', message: 'no' }] },
    });
    const stream = await fixture.follow(1, {
      query:
        'fields=result.application.metadata.resourceVersion,result.application.status.conditions.type',
    });
    expect(stream.events).toEqual([
      {
        result: {
          application: {
            metadata: { resourceVersion: metadata.resourceVersion },
            status: { conditions: [{ type: 'SyncError' }] },
          },
        },
      },
    ]);
  });

  it('F10.1.2 shrinks an application by the list of a portal', async () => {
    fixture.state.applications.create(typicalApplication('shop'));
    const stream = await fixture.follow(1, {
      query: `fields=${PORTAL_FIELDS}`,
    });
    expect(PORTAL_FIELDS.length).toBeLessThan(2000);
    const full = fixture.state.applications.entry('shop', 'argocd')!.bytes;
    expect(full.length).toBeGreaterThan(14_000);
    expect(stream.text.length).toBeLessThan(full.length / 5);
    const { metadata, spec, status } = stream.events[0].result.application;
    expect(Object.keys(metadata).sort()).toEqual([
      'annotations',
      'creationTimestamp',
      'labels',
      'name',
      'namespace',
      'uid',
    ]);
    expect(Object.keys(spec).sort()).toEqual([
      'destination',
      'project',
      'source',
      'syncPolicy',
    ]);
    expect(status.history).toHaveLength(10);
    expect(Object.keys(status.history[9])).not.toContain('source');
    expect(status.operationState.syncResult).toEqual({
      revision: status.sync.revision,
    });
    expect(status).not.toHaveProperty('resources');
    expect(status).not.toHaveProperty('reconciledAt');
  });

  it('F10.1.2, F6.6 is silent about an idle fleet', async () => {
    fixture.state.applications.create(typicalApplication('shop'));
    const stream = await fixture.follow(1, {
      query: `fields=${PORTAL_FIELDS}`,
    });
    for (let round = 0; round < 5; round += 1) fixture.touch('shop');
    await pause();
    expect(stream.names).toEqual(['ADDED shop', 'MODIFIED shop']);
  });

  it.each([
    ['everything', ''],
    ['the fields with it', 'fields=result.application.status.resources.health'],
    ['all but some fields', 'fields=-result.type'],
  ])('F1.4.2 fills in the health of resources in %s', async (_, query) => {
    const resource = { version: 'v1', kind: 'Service', name: 's' };
    fixture.create('a', {
      status: {
        resources: [resource],
        resourceHealthSource: 'appTree',
      } as object,
    });
    fixture.state.redis.trees.set('argocd/a', {
      nodes: [{ ...resource, uid: 'u', health: { status: 'Degraded' } }],
    });
    const stream = await fixture.follow(1, { query });
    const [{ result }] = stream.events;
    expect(result.application.status.resources[0].health).toEqual({
      status: 'Degraded',
    });
  });

  it('F10.1.6 loses what changes while the burst is on its way', async () => {
    for (let index = 0; index < 600; index += 1) {
      fixture.create(`app-${index}`, {
        status: { summary: { images: [PADDING] } },
      });
    }
    const slow = await openSlowly();
    // The burst of 12 MB stands still, as its client reads nothing.
    await pause(300);
    fixture.touch('app-0');
    const seen = slow.read();
    await until(async () => seen.text.split('"ADDED"').length === 601);
    await pause();
    expect(seen.text).not.toContain('MODIFIED');
    fixture.touch('app-0');
    await until(async () => seen.text.includes('MODIFIED'));
    slow.close();
  });

  it('F1.5.6 buffers 1000 events and drops the others without a word', async () => {
    fixture.create('a', { status: { summary: { images: [PADDING] } } });
    const slow = await openSlowly();
    await pause();
    // Far more than any buffer of the system takes.
    for (let round = 0; round < 4000; round += 1) fixture.touch('a');
    await pause(300);
    const seen = slow.read();
    await pause(1500);
    fixture.touch('a', app => {
      app.status.reconciledAt = 'the end';
    });
    await until(async () => seen.text.includes('the end'));
    const versions = [
      ...seen.text.matchAll(/"reconciledAt":"change (\d+)"/g),
    ].map(([, version]) => Number(version));
    const count = versions.length;
    expect(count).toBeGreaterThan(1000);
    expect(count).toBeLessThan(4000);
    // The first ones arrive without a gap; what came after the buffer was full is lost.
    expect(versions.at(-1)! - versions[0]).toBe(count - 1);
    slow.close();
  });

  it('gives way while a burst is made', async () => {
    for (let index = 0; index < 3000; index += 1) {
      fixture.create(`app-${index}`, {
        status: { summary: { images: [PADDING] } },
      });
    }
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const stream = await fixture.follow(3000, { query: TRIMMED });
    clearInterval(timer);
    expect(stream.events).toHaveLength(3000);
    expect(turns).toBeGreaterThan(2);
  });

  it('F10.1.3 makes an event once for all who want the same of it', async () => {
    fixture.create('a');
    const streams = await Promise.all(
      [1, 2, 3].map(() => fixture.follow(1, { query: TRIMMED })),
    );
    const entry = fixture.state.applications.entry('a', 'argocd')!;
    const derived = entry.derive(`stream ${NAMES}`, () => 'made again');
    expect(derived.toString()).toBe('{"metadata":{"name":"a"}}');
    expect(new Set(streams.map(({ text }) => text)).size).toBe(1);
  });
});
