import { get, type IncomingMessage } from 'node:http';
import { Fixture, until } from '../../testing/Fixture';

const FIELDS =
  'error,result.type,result.application.metadata.name,result.application.status.sync.status';

/** An open stream and what has arrived on it. */
class Stream {
  text = '';
  response: IncomingMessage | undefined;
  ended = false;
  readonly #request;

  constructor(fixture: Fixture, query: string, headers = {}) {
    const { url, token } = fixture.simulator.hub;
    this.#request = get(`${url}/api/v1/stream/applications?${query}`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...headers,
      },
    });
    this.#request.on('error', () => {
      this.ended = true;
    });
    this.#request.on('response', response => {
      this.response = response;
      response.setEncoding('utf8');
      response.on('data', chunk => {
        this.text += chunk;
      });
      response.on('close', () => {
        this.ended = true;
      });
    });
  }

  get events() {
    return [...this.text.matchAll(/^data: (.*) $/gm)].map(([, json]) =>
      JSON.parse(json),
    );
  }

  close() {
    this.#request.destroy();
  }
}

describe('the application stream', () => {
  let fixture: Fixture;
  const streams: Stream[] = [];
  const open = (query: string, headers = {}) => {
    const stream = new Stream(fixture, query, headers);
    streams.push(stream);
    return stream;
  };

  beforeAll(async () => {
    fixture = await Fixture.start();
    await fixture.waitFor('agent-staging', app => !!app.status.reconciledAt);
  });
  afterEach(() => streams.splice(0).forEach(stream => stream.close()));
  afterAll(() => fixture.stop());

  const refresh = (name: string) =>
    fixture.hub(`/api/v1/applications/${name}?refresh=normal`);

  it('F1.5.2 F1.5.5 starts with one ADDED for each application, in order', async () => {
    const stream = open('');
    const events = await until(async () =>
      stream.events.length === 3 ? stream.events : false,
    );
    expect(stream.response?.headers['content-type']).toBe('text/event-stream');
    expect(stream.text.startsWith('data: {"result":{"type":"ADDED"')).toBe(
      true,
    );
    expect(stream.text).toMatch(/} \n\n\ndata: /);
    expect(
      events.map(({ result }) => [
        result.type,
        result.application.metadata.name,
      ]),
    ).toEqual([
      ['ADDED', 'agent-dr'],
      ['ADDED', 'agent-prod'],
      ['ADDED', 'agent-staging'],
    ]);
  });

  it('F1.5.2 sends JSON lines to other clients', async () => {
    const stream = open('name=agent-dr', { accept: '*/*' });
    await until(async () => stream.text.endsWith('\n'));
    expect(JSON.parse(stream.text).result.application.metadata.name).toBe(
      'agent-dr',
    );
  });

  it('F1.5.2 keeps an event stream alive', async () => {
    const stream = open('name=agent-dr');
    await until(async () => stream.text.includes('\n:\n'));
    expect(stream.events).toHaveLength(1);
  });

  it('F1.5.4 F10.1.6 sends no header before the first event', async () => {
    const stream = open('resourceVersion=0');
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(stream.response).toBeUndefined();
    await refresh('agent-prod');
    const [event] = await until(async () =>
      stream.events.length ? stream.events : false,
    );
    expect(event.result.type).toBe('MODIFIED');
  });

  it('F1.5.4 fails at once with an error frame, which fields trim too', async () => {
    const frame = async (query: string) => {
      const stream = open(query, { authorization: '' });
      await until(async () => stream.ended);
      expect(stream.response?.statusCode).toBe(401);
      return JSON.parse(stream.text.replace(/^data: /, ''));
    };
    expect(await frame('')).toEqual({
      error: {
        grpc_code: 16,
        http_code: 401,
        message: 'no session information',
        http_status: 'Unauthorized',
      },
    });
    expect(await frame('fields=result.type')).toEqual({});
    expect(await frame('fields=error,result.type')).toHaveProperty('error');
  });

  it('F1.5.5 drops events below the resource version', async () => {
    const stream = open('resourceVersion=999999999');
    await refresh('agent-prod');
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(stream.response).toBeUndefined();
  });

  it('F1.5.7 F10.1.4 sends nothing while the chosen fields stay the same', async () => {
    const stream = open(`fields=${FIELDS}`);
    await until(async () => stream.events.length === 3);
    await refresh('agent-prod');
    await until(async () => stream.events.length === 4);
    await refresh('agent-prod');
    await refresh('agent-prod');
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(stream.events).toHaveLength(4);
    expect(stream.events[3]).toEqual({
      result: {
        type: 'MODIFIED',
        application: {
          metadata: { name: 'agent-prod' },
          status: { sync: { status: 'Synced' } },
        },
      },
    });
  });

  it('F1.5.6 ends when the hub goes, and the hub really goes', async () => {
    const stream = open('');
    await until(async () => stream.events.length === 3);
    await fixture.control('/hub/break', { how: 'refused' });
    await until(async () => stream.ended);
    await expect(fixture.hub('/api/version')).rejects.toThrow('fetch failed');
    await fixture.control('/hub/heal', {});
    expect((await fixture.hub('/api/version')).status).toBe(200);
  });

  it('swallows calls while the hub is black-holed', async () => {
    await fixture.control('/hub/break', { how: 'black-holed' });
    const call = fetch(`${fixture.simulator.hub.url}/api/version`, {
      signal: AbortSignal.timeout(300),
    });
    await expect(call).rejects.toThrow('aborted due to timeout');
    await fixture.control('/hub/heal', {});
    expect((await fixture.hub('/api/version')).status).toBe(200);
  });
});
