import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fixture } from '../testing/Fixture';
import type { GenericObject } from '../types/kubernetes';
import { BadRecording, readRecording } from './recording';
import { readRequest, Recorder } from './record';
import { Replay } from './Replay';

describe('a recorder', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  it('reads requests in short and in full', () => {
    expect(readRequest('GET /api/version', 1)).toEqual({
      method: 'GET',
      path: '/api/version',
      headers: {},
    });
    const full = '{"method":"POST","path":"/a","headers":{"A":"b"},"body":{}}';
    expect(readRequest(full, 1)).toEqual({
      method: 'POST',
      path: '/a',
      headers: { a: 'b' },
      body: '{}',
    });
    expect(() => readRequest('nonsense', 7)).toThrow(BadRecording);
    expect(() => readRequest('nonsense', 7)).toThrow('line 7: ');
  });

  const claims = Buffer.from('{"sub":"a:apiKey"}').toString('base64url');
  const jwt = `eyJhbGciOiJIUzI1NiJ9.${claims}.hunter2hunter2`;
  const shown = jwt.replace('hunter2hunter2', 'hidden');

  it.each<[string, string, string | undefined]>([
    ['authorization', `Bearer ${jwt}`, `Bearer ${shown}`],
    ['authorization', 'Bearer hunter2.hunter2.hunter2', 'Bearer hidden'],
    ['authorization', 'Bearer hunter2', 'Bearer hidden'],
    ['authorization', 'Basic aHVudGVyMg==', 'hidden'],
    ['grpc-metadata-token', jwt, shown],
    ['grpc-metadata-authorization', `Bearer ${jwt}`, undefined],
    ['cookie', `a=hunter2; argocd.token=${jwt}; b=c`, `argocd.token=${shown}`],
    ['cookie', 'session=hunter2', undefined],
    ['x-api-key', 'hunter2', undefined],
    ['proxy-authorization', 'Basic hunter2', undefined],
    ['accept', 'text/event-stream', 'text/event-stream'],
    ['grpc-timeout', '5S', '5S'],
  ])('writes of the header %s: %s only %s', async (name, value, expected) => {
    const recorder = new Recorder({ hub: fixture.simulator.hub.url });
    const request = { method: 'GET', path: '/api/version' };
    const line: any = await recorder.record({
      ...request,
      headers: { [name]: value },
    });
    expect(line.request.headers[name]).toBe(expected);
    expect(JSON.stringify(line)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('writes nothing that a hub says of credentials', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': `argocd.token=${jwt}`,
        location: 'https://me:hunter2@hub/?token=hunter2',
        'x-token': 'hunter2',
      });
      response.end('{"message":"of topsecret-of-a-file, sent as s3cr3t-word"}');
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const recorder = new Recorder({
      hub: `http://127.0.0.1:${port}`,
      objects: [
        {
          kind: 'Secret',
          metadata: { name: 'some' },
          stringData: { a: 'topsecret-of-a-file' },
        },
      ] as unknown as GenericObject[],
    });
    const line: any = await recorder.record({
      method: 'POST',
      path: '/api/v1/session?repo=https%3A%2F%2Fme%3Ahunter2%40git%2Frepo',
      headers: {},
      body: '{"password":"s3cr3t-word"}',
    });
    server.close();
    expect(line).toEqual({
      request: {
        method: 'POST',
        path: '/api/v1/session?repo=https%3A%2F%2Fhidden%40git%2Frepo',
        headers: { 'content-type': 'application/json' },
        body: { password: 'hidden' },
      },
      response: {
        status: 200,
        headers: {
          'content-type': 'application/json',
          location: 'https://hidden@hub/?token=hidden',
        },
        body: { message: 'of hidden, sent as hidden' },
      },
    });
  });

  it('makes a recording that can be replayed', async () => {
    const { url, token } = fixture.simulator.hub;
    const { body: admin } = await fixture.control('/hub/admin');
    const login = {
      method: 'POST',
      path: '/api/v1/session',
      body: { username: 'admin', password: admin.password },
    };
    const recorder = new Recorder({ hub: url, token });
    const lines: unknown[] = [recorder.state()];
    for (const request of [
      'GET /api/version',
      'GET /api/v1/session/userinfo',
      'GET /api/v1/applications/nothing',
      'GET /api/v1/stream/applications?resourceVersion=0&projects=none',
      JSON.stringify(login),
    ]) {
      lines.push(await recorder.record(readRequest(request, 1)));
    }
    const text = lines.map(line => JSON.stringify(line)).join('\n');
    expect(text).not.toContain(token);
    expect(text).not.toContain(admin.password);
    const { differences } = await Replay.run(readRecording(text));
    expect(differences).toEqual([]);
  });
});
