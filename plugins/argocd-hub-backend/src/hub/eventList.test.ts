import { gzipSync } from 'node:zlib';
import { HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

const EVENTS = '{"metadata":{"resourceVersion":"7"},"items":';
const JSON_TYPE = { 'content-type': 'application/json' };
const isEventList = true;

describe('a good answer to a probe', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  const probed = async (
    body: string | Buffer,
    headers: Record<string, string | number> = JSON_TYPE,
    status = 200,
  ) => {
    const { client } = await fixture.fake((_request, response) => {
      response.writeHead(status, headers);
      response.write(body);
      // One whose length was announced wrongly breaks off.
      setTimeout(() => {
        if (headers['content-length']) {
          response.destroy();
        } else {
          response.end();
        }
      }, 20);
    });
    return client.probe({
      application: 'a',
      namespace: 'argocd',
      resource: { uid: 'u', namespace: 'n', name: 'r' },
      timeoutMs: 2_000,
    });
  };

  it.each<[string, string | Buffer, Record<string, string>]>([
    ['no events', `${EVENTS}null}`, JSON_TYPE],
    ['an empty list', '{"metadata":{},"items":[]}', JSON_TYPE],
    ['events', `${EVENTS}[{"reason":"Pulled"}]}\n`, JSON_TYPE],
    [
      'a type with more to it',
      `${EVENTS}[]}`,
      { 'content-type': 'Application/JSON; charset=utf-8' },
    ],
    [
      'a packed one',
      gzipSync(`${EVENTS}[]}`),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
    ],
    [
      'more than is read, which began as one',
      `${EVENTS}[{"message":"${'x'.repeat(3_000_000)}"}]}`,
      JSON_TYPE,
    ],
  ])('is a list of events: %s', async (_what, body, headers) => {
    expect(await probed(body, headers)).toEqual({ status: 200, isEventList });
  });

  const html = '<html>login</html>';
  it.each<[string, string | Buffer, Record<string, string | number>]>([
    ['a page', html, { 'content-type': 'text/html' }],
    ['a page that says it is JSON', html, JSON_TYPE],
    ['a list that says it is a page', `${EVENTS}[]}`, {}],
    ['another type', `${EVENTS}[]}`, { 'content-type': 'application/jsonp' }],
    ['nothing', ' ', JSON_TYPE],
    ['an empty object', '{}', JSON_TYPE],
    ['no list', '[]', JSON_TYPE],
    ['null', 'null', JSON_TYPE],
    ['a login', '{"status":"ok","metadata":{}}', JSON_TYPE],
    ['items only', '{"items":[]}', JSON_TYPE],
    ['items that are none', '{"metadata":{},"items":{}}', JSON_TYPE],
    ['items of text', '{"metadata":{},"items":["a"]}', JSON_TYPE],
    ['metadata that is none', '{"metadata":[],"items":[]}', JSON_TYPE],
    ['half of it', `${EVENTS}[{"reason":"Pu`, JSON_TYPE],
    [
      'one that broke off',
      `${EVENTS}[]}`,
      { ...JSON_TYPE, 'content-length': 5_000 },
    ],
    [
      'half a packed one',
      gzipSync(`${EVENTS}[{"message":"${html}"}]}`).subarray(0, -9),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
    ],
    ['a long page', html.repeat(200_000), JSON_TYPE],
  ])('is none: %s', async (_what, body, headers) => {
    expect(await probed(body, headers)).toEqual({ status: 200 });
  });

  it('is told from an error, which is JSON too', async () => {
    const message = 'error listing resource events: Unauthorized';
    const body = JSON.stringify({ error: message, code: 16, message });
    const own = { status: 401, code: 16, message };
    expect(await probed(body, JSON_TYPE, 401)).toEqual(own);
    const asPage = { 'content-type': 'text/html' };
    expect(await probed(body, asPage, 401)).toEqual({ status: 401 });
    const broken = { ...JSON_TYPE, 'content-length': 5_000 };
    expect(await probed(body, broken, 401)).toEqual({ status: 401 });
  });
});
