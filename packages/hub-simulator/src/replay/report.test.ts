import { readRecording } from './recording';
import { describe as lineOf } from './report';
import { redact, secretsOf } from './secrets';

const SECRET = 'pa"ss\\w<o>r&d with\nlines';

function recordingOf(response: object, request: object = {}) {
  const state = [
    {
      kind: 'Secret',
      metadata: { name: 'argocd-secret' },
      stringData: { 'admin.password': SECRET },
    },
  ];
  const lines = [
    { state },
    {
      request: { path: '/a', ...request },
      response: { status: 200, ...response },
    },
  ];
  return readRecording(lines.map(each => JSON.stringify(each)).join('\n'));
}

function shown(value: unknown, secrets = secretsOf(recordingOf({}))) {
  const where = { line: 2, method: 'GET', url: '/a', path: 'body' };
  const text = lineOf({ ...where, kind: 'missing', recorded: value }, secrets);
  return text.replace('line 2 GET /a: body: missing, recorded ', '');
}

describe('a report', () => {
  it.each([
    ['as it is', SECRET, '"<secret>"'],
    ['in an object', { a: `is ${SECRET}` }, '{"a":"is <secret>"}'],
    ['as a name', { [SECRET]: 1 }, '{"<secret>":1}'],
    [
      'in JSON in a text',
      JSON.stringify({ a: SECRET }),
      JSON.stringify('{"a":"<secret>"}'),
    ],
    [
      'in JSON as Go writes it',
      JSON.stringify(SECRET)
        .replace('<', '\\u003c')
        .replace('>', '\\u003e')
        .replace('&', '\\u0026'),
      JSON.stringify('"<secret>"'),
    ],
    ['in a URL', `/?a=${encodeURIComponent(SECRET)}`, '"/?a=<secret>"'],
    ['encoded', Buffer.from(SECRET).toString('base64'), '"<secret>"'],
  ])('hides a secret %s', (_, value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  it('hides a secret where a text is cut', () => {
    for (let length = 270; length < 310; length += 1) {
      const text = shown(`${'x'.repeat(length)}${SECRET}`);
      expect(text).toHaveLength(Math.min(length + 10, 301));
      expect(text).not.toContain('pa');
    }
  });

  it('hides secrets in its path and URL', () => {
    const recording = recordingOf({ body: { token: 'hunter2hunter2' } });
    const text = lineOf(
      {
        line: 2,
        method: 'GET',
        url: `/a/${encodeURIComponent(SECRET)}/hunter2hunter2`,
        path: 'body.hunter2hunter2',
        kind: 'extra',
        simulated: 1,
      },
      secretsOf(recording),
    );
    expect(text).toBe(
      'line 2 GET /a/<secret>/<secret>: body.<secret>: extra, simulator 1',
    );
  });

  it.each([
    ['a body', { body: { config: { bearerToken: 'hunter2' } } }, {}],
    ['a frame', { events: [{ password: 'hunter2' }] }, {}],
    ['a cookie', { headers: { 'Set-Cookie': 'argocd.token=hunter2; a' } }, {}],
    ['a header', {}, { headers: { Cookie: 'a=b; argocd.token=hunter2' } }],
    ['Basic', {}, { headers: { Authorization: 'Basic hunter2' } }],
    ['a request', {}, { body: { a: [{ clientSecret: 'hunter2' }] } }],
    ['variables', {}, { body: { env: [{ name: 'A', value: 'hunter2' }] } }],
  ])('knows the secret of %s', (_, response, request) => {
    const secrets = secretsOf(recordingOf(response, request));
    expect(shown('hunter2', secrets)).toBe('"<secret>"');
  });

  it('hides a secret that is a number', () => {
    const secrets = secretsOf(recordingOf({ body: { password: 12345678 } }));
    expect(redact({ a: [12345678, 1] }, secrets)).toEqual({
      a: ['<secret>', 1],
    });
  });
});
