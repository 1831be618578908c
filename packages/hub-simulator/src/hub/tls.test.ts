import { get, request } from 'node:http';
import { get as getSecurely } from 'node:https';
import { Fixture } from '../testing/Fixture';

describe('a hub that speaks https', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ tls: true });
  });
  afterAll(() => fixture.stop());

  const ask = (path: string, method = 'GET') => {
    const url = fixture.simulator.hub.url.replace('https', 'http');
    return new Promise<{ status: number; location?: string; text: string }>(
      (resolve, reject) => {
        request(`${url}${path}`, { method }, async response => {
          let text = '';
          for await (const chunk of response) text += chunk;
          const { statusCode, headers } = response;
          const { location } = headers;
          resolve({ status: statusCode!, location, text });
        })
          .on('error', reject)
          .end();
      },
    );
  };

  it('F1.1.2 redirects plain HTTP on the same port', async () => {
    const { url } = fixture.simulator.hub;
    const { status, location, text } = await ask('/api/version?a=b&c');
    expect([status, location]).toEqual([307, `${url}/api/version?a=b&c`]);
    expect(text).toBe(
      `<a href="${url}/api/version?a=b&amp;c">Temporary Redirect</a>.\n\n`,
    );
    const post = await ask('/api/v1/session', 'POST');
    expect([post.status, post.location, post.text]).toEqual([
      307,
      `${url}/api/v1/session`,
      '',
    ]);
  });

  it('F1.1.2 answers HTTP/1.1 over TLS', async () => {
    const { url, caData } = fixture.simulator.hub;
    const answer = await new Promise<{ status?: number; version: string }>(
      (resolve, reject) => {
        const ca = Buffer.from(caData!, 'base64');
        getSecurely(`${url}/api/version`, { ca, agent: false }, response => {
          response.resume();
          const { statusCode, httpVersion } = response;
          resolve({ status: statusCode, version: httpVersion });
        }).on('error', reject);
      },
    );
    expect(answer).toEqual({ status: 200, version: '1.1' });
  });
});

describe('a hub under a path', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ rootPath: 'argo-cd' });
  });
  afterAll(() => fixture.stop());

  it('F1.1.2 puts a prefix before every path', async () => {
    expect(fixture.simulator.hub.url).toMatch(/\/argo-cd$/);
    const list = await fixture.hub('/api/v1/clusters');
    expect(list.status).toBe(200);
    const settings = await fixture.hub('/api/v1/settings');
    expect(settings.body.url).toBe(fixture.simulator.hub.url);
  });

  it('F1.1.2 knows nothing without the prefix but its health', async () => {
    const { origin } = new URL(fixture.simulator.hub.url);
    const status = (path: string) =>
      new Promise(resolve => {
        get(`${origin}${path}`, response => {
          response.resume();
          resolve(response.statusCode);
        });
      });
    expect(await status('/api/version')).toBe(404);
    expect(await status('/healthz')).toBe(200);
  });
});
