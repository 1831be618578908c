import { type IncomingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Fixture } from '../testing/Fixture';

describe('the transport of the hub', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  /** A request whose headers are exactly these. */
  const raw = (
    path: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>(
      (resolve, reject) => {
        const call = request(
          `${fixture.simulator.hub.url}${path}`,
          options,
          async response => {
            const chunks: Buffer[] = [];
            for await (const chunk of response) chunks.push(chunk);
            const { statusCode: status, headers } = response;
            resolve({ status: status!, headers, body: Buffer.concat(chunks) });
          },
        );
        call.on('error', reject);
        call.end();
      },
    );

  it('F1.1.1 writes numbers as numbers, times with seconds, structs even if empty', async () => {
    const list = await fixture.hub('/api/v1/clusters');
    expect(list.text).toMatch(/^\{"metadata":\{\},"items":\[/);
    const [cluster] = list.body.items;
    expect(typeof cluster.info.applicationsCount).toBe('number');
    expect(cluster.info.cacheInfo).toBeDefined();
    const { attemptedAt } = cluster.info.connectionState;
    expect(attemptedAt ?? '2026-01-01T00:00:00Z').toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
  });

  it('F1.1.2 says in its own way that it speaks no gRPC-web', async () => {
    const { status, headers } = await raw('/cluster.ClusterService/List', {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto' },
    });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/grpc-web+proto');
    expect(headers['grpc-status']).toBe('12');
  });

  it('tells who follows a link to an application that there is no web UI', async () => {
    const { status, headers, body } = await raw(
      '/applications/argocd/%3Cscript%3Eagent?view=tree',
    );
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.toString()).toMatch(/It has no web UI/);
    expect(body.toString()).not.toMatch(/script/i);
  });

  it.each([
    ['GET', '/applications'],
    ['GET', '/applications/argocd/agent/tree'],
    ['POST', '/applications/argocd/agent'],
  ])('has no page at %s %s', async (method, path) => {
    const { status } = await raw(path, { method });
    expect(status).toBe(404);
  });

  it.each([
    ['POST', 'application/json; charset=utf-8'],
    ['POST', 'text/plain'],
    ['POST', 'application/x-www-form-urlencoded'],
    ['POST', ''],
    ['DELETE', ''],
    ['PUT', ''],
    ['PATCH', 'application/json-patch+json'],
  ])(
    'F1.1.3 refuses %s with content type "%s" before authentication',
    async (method, type) => {
      const answer = await raw('/api/v1/applications/x', {
        method,
        headers: type ? { 'content-type': type } : {},
      });
      expect(answer.status).toBe(415);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.body.toString()).toBe('Invalid content type\n');
    },
  );

  it('F1.1.3 takes the content type in any case, also on DELETE', async () => {
    const { status, text } = await fixture.hub('/api/v1/session', {
      method: 'DELETE',
      headers: { 'Content-Type': 'Application/JSON' },
    });
    expect([status, text]).toEqual([200, '{}']);
  });

  it.each([
    ['*/*', 'gzip', 'gzip'],
    ['application/json', 'br, gzip', 'gzip'],
    ['text/event-stream', 'gzip', undefined],
    ['text/event-stream, application/json', 'gzip', 'gzip'],
    ['*/*', '', undefined],
    ['*/*', 'br', undefined],
  ])(
    'F1.1.4 answers Accept %s and Accept-Encoding %s with %s',
    async (accept, encoding, wanted) => {
      const { headers, body } = await raw('/api/v1/settings', {
        headers: { accept, 'accept-encoding': encoding },
      });
      expect(headers['content-encoding']).toBe(wanted);
      const text = wanted ? gunzipSync(body) : body;
      expect(JSON.parse(text.toString())).toHaveProperty('url');
    },
  );

  it('F1.1.4 compresses errors too, but not the refusal of a type', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    const error = await raw('/api/v1/clusters', { headers });
    expect(error.status).toBe(401);
    expect(error.headers['content-encoding']).toBe('gzip');
    const unknown = await raw('/api/v1/nothing', { headers });
    expect(unknown.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(unknown.body).toString()).toBe('Not Found\n');
    const refusal = await raw('/api/v1/clusters', { method: 'POST', headers });
    expect(refusal.headers).not.toHaveProperty('content-encoding');
  });

  it('F1.1.7 answers errors with code and message', async () => {
    const { headers, text } = await fixture.hub('/api/v1/applications/none');
    expect(headers.get('content-type')).toBe('application/json');
    expect(text).toBe(
      '{"error":"permission denied","code":7,"message":"permission denied"}',
    );
  });

  it.each([
    ['an unknown path', 'GET', '/api/v1/nothing', 404, 'Not Found\n'],
    [
      'a wrong method',
      'PATCH',
      '/api/v1/clusters',
      405,
      'Method Not Allowed\n',
    ],
    ['a raw colon', 'GET', '/api/v1/clusters/https:foo', 404, 'Not Found\n'],
    [
      'a colon that was decoded',
      'GET',
      '/api/v1/applications/a%3Ab',
      404,
      'Not Found\n',
    ],
    [
      'a slash that was decoded',
      'GET',
      '/api/v1/projects/a%2Fb%2Fc',
      404,
      'Not Found\n',
    ],
  ])(
    'F1.1.10 answers %s in plain text',
    async (_, method, path, status, text) => {
      const answer = await fixture.hub(path, { method });
      expect([answer.status, answer.text]).toEqual([status, text]);
      expect(answer.headers.get('content-type')).toBe(
        'text/plain; charset=utf-8',
      );
    },
  );

  it('F1.1.10 takes a fully encoded id', async () => {
    const { status } = await fixture.hub(
      `/api/v1/clusters/${fixture.clusterId('prod')}`,
    );
    expect(status).toBe(200);
  });

  it.each(['5 seconds', '10', 'S', '10s', '1.5S', '10h'])(
    'F1.1.13 refuses the Grpc-Timeout %s before authentication',
    async value => {
      const { status, body } = await fixture.hub('/api/v1/clusters', {
        token: '',
        headers: { 'Grpc-Timeout': value },
      });
      expect([status, body.code, body.message]).toEqual([
        400,
        3,
        `invalid grpc-timeout: ${value}`,
      ]);
    },
  );

  it.each(['1H', '1M', '30S', '30000m', '30000000u', '30000000000n', '0S'])(
    'F1.1.13 keeps the deadline %s',
    async value => {
      const { status } = await fixture.hub('/api/v1/clusters', {
        headers: { 'Grpc-Timeout': value },
      });
      expect(status).toBe(200);
    },
  );

  it.each(['1n', '1u', '-1S'])(
    'F1.1.13 answers 504 after the deadline %s',
    async value => {
      const { body: admin } = await fixture.control('/hub/admin');
      const { status, body } = await fixture.hub('/api/v1/session', {
        method: 'POST',
        headers: { 'Grpc-Timeout': value },
        body: { username: admin.username, password: admin.password },
      });
      expect([status, body.code, body.message]).toEqual([
        504,
        4,
        'context deadline exceeded',
      ]);
    },
  );

  it.each(['1n', '-1S'])(
    'F1.1.13 answers nothing in time for %s, however quick it would be',
    async value => {
      const { status, text } = await fixture.hub('/api/v1/clusters', {
        headers: { 'Grpc-Timeout': value },
      });
      expect([status, text]).toEqual([
        504,
        '{"error":"context deadline exceeded","code":4,"message":"context deadline exceeded"}',
      ]);
    },
  );

  it('F1.4.1 takes as long a list of projects as Go does', async () => {
    const many = '&projects=none'.repeat(5000);
    const { status } = await fixture.hub(`/api/v1/applications?x=${many}`);
    expect(status).toBe(200);
  });

  it('F1.1.3 gives a refusal in plain text its length', async () => {
    const { headers } = await fixture.hub('/api/v1/clusters', {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(headers.get('content-length')).toBe('21');
  });

  it('F1.1.7 refuses a body that is nested too deep', async () => {
    const { hub } = fixture.simulator;
    const response = await fetch(`${hub.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '['.repeat(20_000),
    });
    const message = "invalid character '[' exceeded max depth";
    expect(await response.json()).toMatchObject({ code: 3, message });
  });

  it('F1.5.6 ends streams when the hub becomes another release', async () => {
    const { hub } = fixture.simulator;
    const response = await fetch(`${hub.url}/api/v1/stream/applications`, {
      headers: { authorization: `Bearer ${hub.token}` },
    });
    await fixture.control('/hub/version', { release: '3.4' });
    expect(await response.text()).toContain('"ADDED"');
    await fixture.control('/hub/version', { release: '3.5' });
  });

  it('F1.1.14 ignores an unknown parameter', async () => {
    const { status } = await fixture.hub('/api/v1/clusters?nonsense=1&a.b=2');
    expect(status).toBe(200);
  });

  it.each([
    [
      'POST',
      '/api/v1/clusters?upsert=maybe',
      'strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      'POST',
      '/api/v1/clusters?upsert=',
      'strconv.ParseBool: parsing "": invalid syntax',
    ],
    ['GET', '/api/v1/clusters?name=%zz', 'invalid URL escape "%zz"'],
    [
      'DELETE',
      '/api/v1/projects/default/roles/ci/token/soon',
      'type mismatch, parameter: iat, error: strconv.ParseInt: parsing "soon": invalid syntax',
    ],
  ])('F1.1.14 refuses %s %s', async (method, path, message) => {
    const { status, body } = await fixture.hub(path, { method });
    expect([status, body.code, body.message]).toEqual([400, 3, message]);
  });

  it.each([
    ['{', 'unexpected EOF'],
    ['nonsense', "invalid character 'o' in literal null (expecting 'u')"],
    ['[1}', "invalid character '}' after array element"],
    ['{"a" 1}', "invalid character '1' after object key"],
    [
      '{a:1}',
      "invalid character 'a' looking for beginning of object key string",
    ],
  ])('F1.1.7 refuses the body %s before authentication', async (body, text) => {
    const response = await fetch(
      `${fixture.simulator.hub.url}/api/v1/clusters`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      },
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 3, message: text });
  });

  it('F10.3.7 marks every unary answer as gRPC', async () => {
    for (const path of ['/api/v1/settings', '/api/v1/projects/none']) {
      const { headers } = await fixture.hub(path);
      expect(headers.get('grpc-metadata-content-type')).toBe(
        'application/grpc',
      );
    }
  });

  it('answers the health check', async () => {
    const { status, text } = await fixture.hub('/healthz');
    expect([status, text]).toEqual([200, 'ok\n']);
  });
});
