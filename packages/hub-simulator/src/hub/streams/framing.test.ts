import { connect } from 'node:net';
import { until } from '../../testing/Fixture';
import { NAMES, pause, StreamFixture } from './__testUtils__/StreamFixture';

const LINES = '*/*';
const UNKNOWN_SELECTOR = 'selector=a%20b';
const NO_SESSION = {
  error: {
    grpc_code: 16,
    http_code: 401,
    message: 'no session information',
    http_status: 'Unauthorized',
  },
};

describe('the framing of a stream', () => {
  let fixture: StreamFixture;
  beforeAll(async () => {
    // Keepalives come every 150 ms.
    fixture = await StreamFixture.start({ timeScale: 100 });
  });
  afterEach(() => fixture.clean());
  afterAll(() => fixture.stop());

  /** The very bytes of an answer, with its header and its chunks. */
  const raw = async (accept: string, query: string) => {
    const { url, token } = fixture.hub.describe();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.write(
      `GET /api/v1/stream/applications?${query} HTTP/1.1\r\nHost: hub\r\nAccept: ${accept}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    await pause(400);
    socket.destroy();
    return text;
  };

  it('F1.5.2, F1.5.3 frames an event as SSE, byte by byte', async () => {
    fixture.create('a');
    const text = await raw('text/event-stream', `fields=${NAMES}`);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/\r\ncontent-type: text\/event-stream\r\n/i);
    expect(text).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
    const body = text
      .split('\r\n\r\n')
      .slice(1)
      .join('\r\n\r\n')
      .replace(/[0-9a-f]+\r\n/g, '')
      .replace(/\r\n/g, '');
    expect(body).toMatch(
      /^data: \{"result":\{"type":"ADDED","application":\{"metadata":\{"name":"a"\}\}\}\} \n\n\n(:\n)+$/,
    );
  });

  it.each([
    'text/event-stream, */*',
    'Text/Event-Stream',
    'application/json',
    LINES,
  ])('F1.5.2 sends lines of JSON to who accepts %s', async accept => {
    fixture.create('a');
    const stream = fixture.open({ accept, query: `fields=${NAMES}` });
    await until(async () => stream.text);
    await pause(400);
    // Exactly one line, so no keepalive either.
    expect(stream.text).toBe(
      '{"result":{"type":"ADDED","application":{"metadata":{"name":"a"}}}}\n',
    );
    expect(stream.response?.headers['content-type']).toBe('application/json');
  });

  it('F1.5.2 keeps an event stream alive, and only that', async () => {
    fixture.create('a');
    const stream = await fixture.follow(1);
    await until(async () => stream.text.endsWith(' \n\n\n:\n:\n'));
    expect(stream.text).not.toMatch(/^(id|event|retry):/m);
  });

  it('F1.5.4 says nothing at all before the first event', async () => {
    fixture.create('hidden', { project: 'secret' });
    const streams = ['text/event-stream', LINES].map(accept =>
      fixture.open({ accept }),
    );
    await pause(400);
    expect(streams.map(({ response }) => response)).toEqual([
      undefined,
      undefined,
    ]);
    fixture.create('a');
    await until(async () => streams.every(({ text }) => text));
    expect(streams.map(({ response }) => response?.statusCode)).toEqual([
      200, 200,
    ]);
  });

  it.each([
    { accept: 'text/event-stream', accepted: 'gzip', encoding: undefined },
    { accept: LINES, accepted: 'gzip', encoding: 'gzip' },
    { accept: LINES, accepted: 'br, gzip', encoding: 'gzip' },
    { accept: LINES, accepted: 'deflate', encoding: 'deflate' },
    { accept: LINES, accepted: 'identity', encoding: undefined },
  ])('F1.1.4 zips lines, and never SSE: $accept $accepted', async each => {
    fixture.create('a');
    const stream = fixture.open({
      accept: each.accept,
      headers: { 'accept-encoding': each.accepted },
    });
    await until(async () => stream.text.includes('"a"'));
    expect(stream.response?.headers['content-encoding']).toBe(each.encoding);
    fixture.touch('a');
    await until(async () => stream.text.includes('MODIFIED'));
  });

  it('F1.1.6 renews a login that is about to end', async () => {
    fixture.create('a');
    const { sessions, state } = fixture.hub;
    state.settings.sessionSeconds = 200;
    const token = sessions.loginAs('admin');
    state.settings.sessionSeconds = 86_400;
    const stream = await fixture.follow(1, { token });
    expect(stream.response?.headers['set-cookie']).toEqual([
      expect.stringMatching(/^argocd\.token=[^;]+; path=\//),
    ]);
    const other = await fixture.follow(1);
    expect(other.response?.headers).not.toHaveProperty('set-cookie');
  });

  describe.each(['text/event-stream', LINES])('of errors for %s', accept => {
    const framed = (json: string) =>
      accept === LINES ? json : `data: ${json} \n\n`;

    it.each([
      ['no fields', '', JSON.stringify(NO_SESSION)],
      ['fields', 'fields=result.type', '{}'],
      [
        'fields that exclude',
        'fields=-result.type',
        JSON.stringify(NO_SESSION),
      ],
      ['fields with error', `fields=${NAMES}`, JSON.stringify(NO_SESSION)],
      [
        'fields with a part of it',
        'fields=error.http_code,result.type',
        '{"error":{"http_code":401}}',
      ],
    ])(
      'F1.5.4, F1.1.11, F1.5.3 come at once as a frame, with %s',
      async (_, query, json) => {
        const stream = fixture.open({ accept, query, token: '' });
        expect(await stream.untilEnd()).toBe('end');
        expect(stream.response?.statusCode).toBe(401);
        expect(stream.text).toBe(framed(json));
        expect(stream.response?.headers['content-type']).toBe(
          accept === LINES ? 'application/json' : accept,
        );
      },
    );

    it('F1.5.4, F1.1.11 tell of a bad token', async () => {
      const stream = fixture.open({ accept, token: 'a.b.c' });
      await stream.untilEnd();
      expect(stream.response?.statusCode).toBe(401);
      expect(stream.text).toMatch(
        /\{"error":\{"grpc_code":16,"http_code":401,"message":"invalid session: .*","http_status":"Unauthorized"\}\}/,
      );
    });

    it('F1.5.4, F1.1.8 tell of a bad selector', async () => {
      const stream = fixture.open({ accept, query: UNKNOWN_SELECTOR });
      await stream.untilEnd();
      expect(stream.response?.statusCode).toBe(500);
      expect(stream.text).toMatch(
        /"grpc_code":2,"http_code":500,"message":"error parsing labels with selectors: .*","http_status":"Internal Server Error"/,
      );
    });

    it.each([
      ['no fields', ''],
      ['fields', '&fields=result.type,result.application.metadata.name'],
    ])(
      'F1.1.13, F1.5.3 end a stream after its first event, with %s',
      async (_, fields) => {
        fixture.create('a');
        const stream = fixture.open({
          accept,
          query: `name=a${fields}`,
          headers: { 'grpc-timeout': '300m' },
        });
        expect(await stream.untilEnd()).toBe('end');
        expect(stream.response?.statusCode).toBe(200);
        const frame = fields
          ? '{}'
          : '{"error":{"grpc_code":4,"http_code":504,"message":"context deadline exceeded","http_status":"Gateway Timeout"}}';
        expect(stream.text.replace(/:\n/g, '')).toMatch(/"ADDED"/);
        expect(stream.text.endsWith(framed(frame))).toBe(true);
      },
    );

    it('F1.1.13 tell of a deadline before the first event', async () => {
      const stream = fixture.open({
        accept,
        headers: { 'grpc-timeout': '100m' },
      });
      await stream.untilEnd();
      expect(stream.response?.statusCode).toBe(504);
      expect(stream.text).toContain('"message":"context deadline exceeded"');
    });

    it('F1.1.13 tell of a deadline that had passed before', async () => {
      fixture.create('a');
      const stream = fixture.open({
        accept,
        headers: { 'grpc-timeout': '1n' },
      });
      await stream.untilEnd();
      expect(stream.response?.statusCode).toBe(504);
      expect(stream.text).not.toContain('ADDED');
    });

    it.each([
      ['a bad deadline', 'name=a', { 'grpc-timeout': 'soon' }],
      ['a bad escape', 'name=%zz', undefined],
      ['a semicolon', 'name=a;b', undefined],
    ])(
      'F1.5.4, F1.1.13 have the ordinary body for %s, whatever the fields',
      async (_, query, headers) => {
        const stream = fixture.open({
          accept,
          query: `${query}&fields=result.type`,
          headers,
          token: '',
        });
        await stream.untilEnd();
        expect(stream.response?.statusCode).toBe(400);
        const message = expect.any(String);
        expect(JSON.parse(stream.text)).toEqual({
          error: message,
          code: 3,
          message,
        });
      },
    );
  });
});
