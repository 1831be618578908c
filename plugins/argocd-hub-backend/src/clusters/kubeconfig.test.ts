import fc from 'fast-check';
import { stringify } from 'yaml';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import { KUBECONFIG_MAX_BYTES, readKubeconfig } from './kubeconfig';
import { selfSigned } from './__testUtils__/certificates';

const CANARY = CANARIES.word;

let valid: { cert: string; key: string };
let expired: { cert: string; key: string };

beforeAll(async () => {
  valid = await selfSigned({ notAfter: new Date('2125-01-01') });
  expired = await selfSigned({ notAfter: new Date('2021-01-01') });
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(
  changes: {
    cluster?: object;
    user?: object;
    context?: object;
    config?: object;
  } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'perf',
    contexts: [
      {
        name: 'perf',
        context: { cluster: 'perf', user: 'admin', ...changes.context },
      },
    ],
    clusters: [
      {
        name: 'perf',
        cluster: {
          server: 'https://perf.example.com:6443',
          'certificate-authority-data': base64(valid.cert),
          ...changes.cluster,
        },
      },
    ],
    users: [{ name: 'admin', user: { token: CANARY, ...changes.user } }],
    ...changes.config,
  };
}

const read = (config: object) =>
  readKubeconfig(stringify(config, { aliasDuplicateObjects: false }));

describe('readKubeconfig', () => {
  it('reads a token with its cluster', () => {
    expect(read(kubeconfig())).toEqual({
      context: 'perf',
      server: 'https://perf.example.com:6443',
      ca: valid.cert,
      auth: { token: CANARY },
    });
  });

  it('reads JSON, a client certificate and a server name', () => {
    const config = kubeconfig({
      cluster: { 'tls-server-name': 'api.internal' },
      user: {
        token: undefined,
        'client-certificate-data': base64(valid.cert),
        'client-key-data': base64(valid.key),
      },
    });
    expect(readKubeconfig(JSON.stringify(config))).toMatchObject({
      serverName: 'api.internal',
      auth: { cert: valid.cert, key: valid.key },
    });
  });

  it('does not mind what tools add, such as namespaces and extensions', () => {
    const config = kubeconfig({
      context: { namespace: 'agent', extensions: [] },
      cluster: { extensions: [{ name: 'minikube' }] },
      config: { preferences: {} },
    });
    expect(read(config).context).toBe('perf');
  });

  it.each([
    [
      'exec',
      () => ({ user: { exec: { command: 'sh' } } }),
      /`exec`.*run a program/,
    ],
    [
      'auth-provider',
      () => ({ user: { 'auth-provider': {} } }),
      /`auth-provider`/,
    ],
    [
      'a token file',
      () => ({ user: { tokenFile: '/etc/passwd' } }),
      /`tokenFile`/,
    ],
    [
      'a certificate file',
      () => ({ user: { 'client-certificate': '/c' } }),
      /file/,
    ],
    [
      'a key file',
      () => ({ user: { 'client-key': '/k' } }),
      /`client-key`.*file/,
    ],
    [
      'a CA file',
      () => ({ cluster: { 'certificate-authority': '/ca' } }),
      /file/,
    ],
    [
      'a proxy',
      () => ({ cluster: { 'proxy-url': 'http://p' } }),
      /`proxy-url`/,
    ],
    [
      'switched off verification',
      () => ({ cluster: { 'insecure-skip-tls-verify': true } }),
      /`insecure-skip-tls-verify`/,
    ],
    [
      'a password',
      () => ({ user: { username: 'a', password: 'b' } }),
      /`username`/,
    ],
    ['impersonation', () => ({ user: { as: 'root' } }), /`as`.*impersonation/],
    ['unknown user fields', () => ({ user: { [CANARY]: 1 } }), /not known/],
    ['no credential', () => ({ user: { token: undefined } }), /no credential/],
    ['an empty token', () => ({ user: { token: '' } }), /no credential/],
    [
      'a token with line breaks',
      () => ({ user: { token: 'a\nb' } }),
      /line breaks/,
    ],
    ['a number as token', () => ({ user: { token: 12345 } }), /not text/],
    [
      'half a certificate',
      () => ({
        user: {
          token: undefined,
          'client-certificate-data': base64(valid.cert),
        },
      }),
      /half of a client certificate/,
    ],
    [
      'two credentials',
      () => ({
        user: {
          'client-certificate-data': base64(valid.cert),
          'client-key-data': base64(valid.key),
        },
      }),
      /only one of them/,
    ],
    [
      'a CA that is no certificate',
      () => ({ cluster: { 'certificate-authority-data': base64(CANARY) } }),
      /not a base64 encoded certificate/,
    ],
    [
      'an expired CA',
      () => ({
        cluster: { 'certificate-authority-data': base64(expired.cert) },
      }),
      /expired/,
    ],
    ['no server', () => ({ cluster: { server: '' } }), /no `server`/],
    ...[
      `https://admin:${CANARY}@perf.example.com:6443`,
      `https://${CANARY}@perf.example.com:6443`,
      `https://perf.example.com:6443?token=${CANARY}`,
      `https://perf.example.com:6443#${CANARY}`,
      CANARY,
      `${CANARY}:6443`,
    ].map((server): [string, () => object, RegExp] => [
      `the server ${server}`,
      () => ({ cluster: { server } }),
      /no plain address/,
    ]),
    ['another kind', () => ({ config: { kind: 'Secret' } }), /another kind/],
    [
      'a current context that is not there',
      () => ({ config: { 'current-context': 'prod' } }),
      /`current-context`/,
    ],
    [
      'a context of another cluster',
      () => ({ context: { cluster: 'prod' } }),
      /names a cluster/,
    ],
    [
      'a context of another user',
      () => ({ context: { user: 'x' } }),
      /names a user/,
    ],
    ['no contexts', () => ({ config: { contexts: [] } }), /no contexts/],
  ])('refuses %s', (_what, changes, message) => {
    const act = () => read(kubeconfig(changes()));
    expect(act).toThrow(message);
    expect(act).not.toThrow(CANARY);
  });

  it.each(['contexts', 'clusters', 'users'] as const)(
    'refuses several %s and says how to export one',
    list => {
      const config = kubeconfig();
      const twice = { ...config, [list]: [...config[list], ...config[list]] };
      expect(() => read(twice)).toThrow(`has 2 ${list}; exactly one`);
      expect(() => read(twice)).toThrow('--minify');
    },
  );

  it('refuses a second document', () => {
    const one = stringify(kubeconfig());
    expect(() => readKubeconfig(`${one}---\n${one}`)).toThrow(/not valid YAML/);
  });

  it('refuses what is too large before it looks at it', () => {
    const large = `${stringify(kubeconfig())}#${'x'.repeat(
      KUBECONFIG_MAX_BYTES,
    )}`;
    expect(() => readKubeconfig(large)).toThrow(/larger than 128 kB/);
  });

  it('refuses aliases, which can be made to explode', () => {
    expect(() => readKubeconfig('a: &a [1]\nb: [*a, *a]')).toThrow(
      /not valid YAML/,
    );
  });

  it('never repeats content in an error, whatever is pasted', () => {
    const broken = fc.oneof(
      fc.string().map(text => `${text}${CANARY}`),
      fc.string().map(text => `token: "${CANARY}\n  ${text}: [`),
      fc.json().map(json => `{"users": "${CANARY}", "x": ${json}}`),
      fc
        .record({
          cluster: fc.dictionary(fc.string(), fc.jsonValue()),
          user: fc.dictionary(fc.string(), fc.jsonValue()),
        })
        .map(({ cluster, user }) =>
          JSON.stringify(
            kubeconfig({
              cluster: { ...cluster, [CANARY]: CANARY },
              user: { ...user, token: `${CANARY} ` },
            }),
          ),
        ),
    );
    fc.assert(
      fc.property(broken, text => {
        const error = thrownBy(() => readKubeconfig(text));
        expect(error.name).toBe('InputError');
        expect(`${error.message}${error.stack}`).not.toContain(CANARY);
      }),
    );
  });

  it('reads back every printable token', () => {
    const token = fc.stringMatching(/^[\x21-\x7e]+$/);
    fc.assert(
      fc.property(token, text => {
        const config = JSON.stringify(kubeconfig({ user: { token: text } }));
        expect(readKubeconfig(config).auth).toEqual({ token: text });
      }),
    );
  });
});

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
