import { hidden, unsigned } from './hiding';

const jwt = (claims: string) =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(claims).toString('base64url')}.hunter2`;
const TOKEN = jwt('{"sub":"a"}');

const helm = (value: string) =>
  JSON.stringify({ helm: { parameters: [{ name: 'a', value }] } });

describe('what a recorder hides', () => {
  it.each([
    ['{"password":"hunter2"}', '{"password":"hidden"}'],
    ['{\n  "password": "hunter2"\n}', '{"password":"hidden"}'],
    ['{"a": "b"}', '{"a": "b"}'],
    ['{"password":"hunter2', 'hidden'],
    ['is {"password":"hunter2', 'is {"password":hidden'],
    ['is {"password": 1234567}', 'is {"password": hidden}'],
    [
      `data: ${helm('hunter2')} \n\n\ndata: ${helm('hunter2')} \n\n\n`,
      `data: ${helm('hidden')} \n\n\ndata: ${helm('hidden')} \n\n\n`,
    ],
    [
      `:\n${helm('hunter2')}\n${helm('hunter2')}\n`,
      `:\n${helm('hidden')}\n${helm('hidden')}\n`,
    ],
    [
      `data: {"a":1} \n\n\ndata: ${helm('hunter2').slice(0, -4)}`,
      'data: {"a":1} \n\n\ndata: hidden',
    ],
    [`{"a":1}\n${helm('hunter2').slice(0, -4)}`, '{"a":1}\nhidden'],
    ['username=me&password=hunter2', 'username=me&password=hidden'],
    ['--db-password="hunter2 hunter2" -v', '--db-password=hidden -v'],
    ['a: b\npassword: hunter2', 'a: b\npassword: hidden'],
    ['password: |\n  hunter2\n  hunter2\na: b', 'password: hiddena: b'],
    [
      'Get "https://me:hunter2@proxy/a": refused',
      'Get "https://hidden@proxy/a": refused',
    ],
    ['https://hunter2@git/a', 'https://hidden@git/a'],
    ['https://me:hu/nt@hunter2@git', 'https://hidden@git'],
    ['https%3A%2F%2Fme%3Ahunter2%40git', 'https%3A%2F%2Fhidden%40git'],
    [
      'https%253A%252F%252Fme%253Ahunter2%2540git',
      'https%253A%252F%252Fhidden%2540git',
    ],
    [`sent ${TOKEN}!`, `sent ${unsigned(TOKEN)}!`],
    ['Bearer hunter2hunter2hunter2', 'Bearer hidden'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----',
      'hidden',
    ],
    ['-----BEGIN PRIVATE KEY-----\nhunter2', 'hidden'],
  ])('in the text %j', (text, expected) => {
    expect(hidden(text)).toBe(expected);
    expect(hidden({ connectionState: { message: text } })).toEqual({
      connectionState: { message: expected },
    });
  });

  it.each([
    ['a JSON patch', [{ op: 'add', path: '/spec/source/helm/values' }]],
    ['a named value', [{ name: 'DB_PASSWORD' }]],
    ['a variable', { containers: [{ env: [{ name: 'A' }] }] }],
  ])('in %s', (_, shape) => {
    const text = JSON.stringify(shape);
    const given = text.replace(/\}(?=[\]}]*$)/, ',"value":"hunter2"}');
    const inner = text.includes('env')
      ? text.replace('{"name":"A"}', '{"name":"A","value":"hunter2"}')
      : given;
    expect(JSON.stringify(hidden(JSON.parse(inner)))).toBe(
      inner.replace('hunter2', 'hidden'),
    );
  });

  it('in JSON within JSON and in Secrets within it', () => {
    const manifest = { kind: 'Secret', data: { a: 'hunter2' } };
    const body = { items: [{ liveState: JSON.stringify(manifest) }] };
    expect(hidden(body)).toEqual({
      items: [{ liveState: '{"kind":"Secret","data":{"a":"hidden"}}' }],
    });
  });

  it.each([
    'https://10.0.0.1:6443/a@b',
    'https://one:443,https://two:443',
    'ssh://git@github.com/a/b',
    'git@github.com:a/b',
    'invalid session: token signature is invalid: signature is invalid',
    'permission denied: clusters, get, a, sub: me, iat: 2026-01-01T00:00:00Z',
    'the server has asked for the client to provide credentials',
    'Bearer token is missing',
    'selector argocd.argoproj.io/secret-type=cluster',
    '/api/v1/applications?fields=items.metadata.name&resourceVersion=1',
    '/api/v1/clusters/https%3A%2F%2F10.0.0.1%3A6443?id.type=url',
  ])('is nothing of %s', text => {
    expect(hidden(text)).toBe(text);
  });

  it('is nothing of what only speaks of credentials', () => {
    const body = {
      passwordPattern: '^.{8,32}$',
      appLabelKey: 'app.kubernetes.io/instance',
      capabilities: ['apiKey'],
      tokens: [{ id: 'portal', issuedAt: 1 }],
      labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      automountServiceAccountToken: false,
    };
    expect(hidden(body)).toEqual(body);
  });

  it.each([
    [TOKEN, TOKEN.replace('hunter2', 'hidden')],
    ['opaque', 'hidden'],
    ['a.hunter2.c', 'hidden'],
    [`${TOKEN}.d.e`, 'hidden'],
  ])('is the proof of %s', (token, expected) => {
    expect(unsigned(token)).toBe(expected);
  });
});
