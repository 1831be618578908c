import { addressOf } from './goAddress';
import { parseAnswer } from './answerJson';
import { TestSpoke, VERSION } from './testing/TestSpoke';

const GET = { path: '/version', method: 'GET' };

describe('addresses', () => {
  it.each([
    ['', 'http://localhost/version'],
    ['spoke', 'http://spoke/version'],
    ['127.0.0.1:6443', 'http://127.0.0.1:6443/version'],
    ['https://spoke:6443/', 'https://spoke:6443/version'],
    ['https://spoke?uid=a', 'https://spoke/version'],
    ['https://rancher/k8s/c-1', 'https://rancher/k8s/c-1/version'],
    ['https://[::1]:6443', 'https://[::1]:6443/version'],
    ['https://user@spoke:6443', 'https://user@spoke:6443/version'],
    ['https://user:pass@spoke', 'https://user:***@spoke/version'],
  ])('F2.4 of the server %j', (server, text) => {
    expect(addressOf(server, GET).text).toBe(text);
  });

  const PAIR = 'host must be a URL or a host:port pair: ';
  it.each([
    ['://', `${PAIR}"://"`],
    ['https://a b', `${PAIR}"https://a b"`],
    ['https://spoke:abc', `${PAIR}"https://spoke:abc"`],
    ['https://[::1', `${PAIR}"https://[::1"`],
    ['a b', 'parse "http://a b": invalid character " " in host name'],
    ['a:b', 'parse "http://a:b": invalid port ":b" after host'],
    [
      'https://a\u0000b',
      'parse "http://https://a\\u0000b": net/url: invalid control character in URL',
    ],
    [
      'ftp://spoke',
      'Get "ftp://spoke/version": unsupported protocol scheme "ftp"',
    ],
    [
      'https://spoke:99999',
      'Get "https://spoke:99999/version": dial tcp: address 99999: invalid port',
    ],
  ])('F1.3.6 that are none: %j', (server, text) => {
    expect(() => addressOf(server, GET)).toThrow(
      expect.objectContaining({ message: text }),
    );
  });
});

describe('answers', () => {
  it.each([
    ['not json', "invalid character 'o' in literal null (expecting 'u')"],
    ['<html>', "invalid character '<' looking for beginning of value"],
    ['', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
  ])('F10.2.3 that are no JSON: %j', (text, why) => {
    expect(() => parseAnswer(text, true)).toThrow(
      `unable to parse the server version: ${why}`,
    );
    expect(() => parseAnswer(text, false)).toThrow(
      `couldn't get version/kind; json parse error: ${why}`,
    );
  });
});

describe('tokens', () => {
  let spoke: TestSpoke;
  beforeEach(async () => {
    spoke = await TestSpoke.start();
  });
  afterEach(() => spoke.stop());
  const withToken = (bearerToken: string) => ({ ...spoke.config, bearerToken });

  it('F1.3.6 that fit into no header are not sent, nor shown', async () => {
    const why = await spoke.why({ path: VERSION, config: withToken('a\nb') });
    expect(why).toBe(
      'net/http: invalid header field value for "Authorization"',
    );
  });

  it('F1.3.6 are sent as the bytes that they are', async () => {
    let sent = '';
    spoke.handle = ({ headers }, response) => {
      sent = headers.authorization ?? '';
      response.end('{}');
    };
    await spoke
      .client()
      .call(spoke.target(withToken('schlüssel€')), { path: VERSION });
    expect(Buffer.from(sent, 'latin1').toString()).toBe('Bearer schlüssel€');
  });
});
