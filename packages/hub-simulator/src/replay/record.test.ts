import { Fixture } from '../testing/Fixture';
import type { GenericObject } from '../types/kubernetes';
import { BadRecording, readRecording } from './recording';
import { readRequest, record, stateLine } from './record';
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

  it('keeps no credential of a Secret', () => {
    const secret = (name: string, data: object, type?: string) => ({
      kind: 'Secret',
      metadata: {
        name,
        labels: type && { 'argocd.argoproj.io/secret-type': type },
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': 'hunter2',
        },
      },
      stringData: data,
    });
    const config = JSON.stringify({
      bearerToken: 'hunter2',
      tlsClientConfig: { insecure: true, keyData: 'hunter2' },
    });
    const objects = [
      secret('one', { server: 'https://one', config }, 'cluster'),
      secret('repository', { password: 'hunter2' }, 'repository'),
      secret('argocd-secret', {
        'server.secretkey': 'hunter2',
        'accounts.a.tokens': '[]',
      }),
    ];
    const line = JSON.stringify(
      stateLine(objects as unknown as GenericObject[]),
    );
    expect(line).not.toContain('hunter2');
    expect(line).toContain('https://one');
    expect(line).toContain('accounts.a.tokens');
  });

  it('makes a recording that can be replayed', async () => {
    const { url, token } = fixture.simulator.hub;
    const { body: admin } = await fixture.control('/hub/admin');
    const login = {
      method: 'POST',
      path: '/api/v1/session',
      body: { username: 'admin', password: admin.password },
    };
    const lines: unknown[] = [stateLine([])];
    for (const request of [
      'GET /api/version',
      'GET /api/v1/session/userinfo',
      'GET /api/v1/applications/nothing',
      'GET /api/v1/stream/applications?resourceVersion=0&projects=none',
      JSON.stringify(login),
    ]) {
      lines.push(await record(url, readRequest(request, 1), token));
    }
    const text = lines.map(line => JSON.stringify(line)).join('\n');
    expect(text).not.toContain(token);
    expect(text).not.toContain(admin.password);
    const { differences } = await Replay.run(readRecording(text));
    expect(differences).toEqual([]);
  });
});
