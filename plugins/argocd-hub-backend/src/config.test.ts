import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from './config';

const CA = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUSzxdtNNKJBf4sPre2PnCBDGcioQwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDaHViMCAXDTI2MTEyMTE3NDIxN1oYDzIxMjYxMDI4MTc0MjE3
WjAOMQwwCgYDVQQDDANodWIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS5gWON
il/VUTkPvUM6pCkZLJT8nRUGUCNYegsyTJiCTBC/tROJQw0xFXTSgU/t9skVWT4a
WKyY0YVkz7eM/XWVo1MwUTAdBgNVHQ4EFgQUGrz5FL3y06VxozXiULD6cCUIT3gw
HwYDVR0jBBgwFoAUGrz5FL3y06VxozXiULD6cCUIT3gwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiEA3oZUIpf8GsEmGnzN3h1+p5XY59xkP/mbN9Te
f5v1i/gCIFatOAJlOu8vJUvz+7sfGSxS/mb24/mFxld3wnAzpicW
-----END CERTIFICATE-----`;
const BROKEN_CA = CA.replace(/\n[^-\n]{8}/, '\nrubbish!');

const hub = { name: 'main', url: 'https://argocd.example.com/', token: 'abc' };

const read = (argocdHub?: object) =>
  readConfig(
    mockServices.rootConfig({
      data: argocdHub === undefined ? {} : ({ argocdHub } as any),
    }),
  );

describe('readConfig', () => {
  it('fills in defaults', () => {
    expect(read({ hubs: [hub] })).toEqual({
      hubs: [
        {
          name: 'main',
          title: 'main',
          url: 'https://argocd.example.com',
          uiUrl: 'https://argocd.example.com',
          auth: { token: 'abc' },
          tls: { skipVerify: false },
          relistMs: 60_000,
          requestTimeoutMs: 30_000,
          heartbeat: { intervalMs: 30_000, maxPerSecond: 10 },
          prefixClusterEntities: false,
        },
      ],
      environments: ['dev', 'staging', 'prod', 'dr'],
      clusterLabels: {
        environment: 'env',
        role: 'role',
        region: 'region',
        failoverGroup: 'failover-group',
        lifecycle: 'lifecycle',
      },
      mapping: { applicationEntityRefKey: 'backstage.io/entity-ref' },
      onboarding: { allowedServers: [], credentials: {} },
      history: { retentionMs: 30 * 24 * 60 * 60_000 },
      dangerouslyAllowWritesWithoutPermissions: false,
    });
  });

  it('works without any configuration', () => {
    expect(read().hubs).toEqual([]);
  });

  it('reads everything that can be set', () => {
    const config = read({
      hubs: [
        {
          ...hub,
          url: 'https://example.com/argo-cd/',
          uiUrl: 'https://ui.example.com',
          relist: { seconds: 5 },
          heartbeat: { interval: 'PT5S', maxPerSecond: 2 },
          tls: { dangerouslySkipTlsVerify: true },
        },
        {
          name: 'b',
          url: 'http://b',
          username: 'u',
          password: 'p',
          heartbeat: false,
        },
      ],
      environments: ['prod'],
      clusterLabels: { environment: 'stage' },
      mapping: { projects: { 'team-*.x': ['team-a', 'user:default/ada'] } },
      onboarding: {
        credentials: {
          perf: { kubeconfigFile: '/tmp/x' },
          'eu-1.prod': { kubeconfigFile: '/tmp/y' },
        },
      },
    });
    expect(config.hubs[0]).toMatchObject({
      url: 'https://example.com/argo-cd',
      uiUrl: 'https://ui.example.com',
      relistMs: 5_000,
      heartbeat: { intervalMs: 5_000, maxPerSecond: 2 },
      tls: { skipVerify: true },
    });
    expect(config.hubs[1]).toMatchObject({
      auth: { username: 'u', password: 'p' },
      heartbeat: undefined,
    });
    expect(config).toMatchObject({
      clusterLabels: { environment: 'stage', region: 'region' },
      mapping: {
        projects: { 'team-*.x': ['group:default/team-a', 'user:default/ada'] },
      },
      onboarding: {
        credentials: {
          perf: { kubeconfigFile: '/tmp/x' },
          'eu-1.prod': { kubeconfigFile: '/tmp/y' },
        },
      },
    });
  });

  it.each<[object, number]>([
    [{}, 30],
    [{ history: { retention: { days: 90 } } }, 90],
    [{ history: { retention: 'P1W' } }, 7],
  ])('keeps history as %j says', (config, days) => {
    expect(read(config).history.retentionMs).toBe(days * 24 * 60 * 60_000);
  });

  it.each<[string, object, RegExp]>([
    [
      'a bad name',
      { hubs: [{ ...hub, name: 'Main!' }] },
      /argocdHub\.hubs\[0\]\.name/,
    ],
    [
      'two hubs of one name',
      { hubs: [hub, hub] },
      /argocdHub\.hubs\[1\]\.name/,
    ],
    [
      'no url',
      { hubs: [{ ...hub, url: undefined }] },
      /argocdHub\.hubs\[0\]\.url/,
    ],
    [
      'a bad url',
      { hubs: [{ ...hub, url: 'argocd' }] },
      /argocdHub\.hubs\[0\]\.url/,
    ],
    [
      'another scheme',
      { hubs: [{ ...hub, url: 'ftp://x' }] },
      /argocdHub\.hubs\[0\]\.url/,
    ],
    [
      'a login in the url',
      { hubs: [{ ...hub, uiUrl: 'https://u:p@x' }] },
      /argocdHub\.hubs\[0\]\.uiUrl/,
    ],
    [
      'two ways to sign in',
      { hubs: [{ ...hub, username: 'u' }] },
      /argocdHub\.hubs\[0\]/,
    ],
    [
      'a CA that is none',
      { hubs: [{ ...hub, tls: { caData: 'x' } }] },
      /argocdHub\.hubs\[0\]\.tls\.caData/,
    ],
    [
      'the address of the API',
      { hubs: [{ ...hub, url: 'https://argocd/base/api/v1/' }] },
      /argocdHub\.hubs\[0\]\.url.*without '\/api\/v1'/,
    ],
    [
      'another address of the API',
      { hubs: [{ ...hub, url: 'https://argocd/api' }] },
      /argocdHub\.hubs\[0\]\.url.*without '\/api'/,
    ],
    [
      'a bundle of which the second CA is broken',
      { hubs: [{ ...hub, tls: { caData: `${CA}\n${BROKEN_CA}\n${CA}` } }] },
      /argocdHub\.hubs\[0\]\.tls\.caData.*certificate 2 of 3/,
    ],
    [
      'a bundle of which the first CA has no end',
      {
        hubs: [{ ...hub, tls: { caData: `${CA.slice(0, 300)}\n${CA}` } }],
      },
      /argocdHub\.hubs\[0\]\.tls\.caData.*certificate 1 of 2/,
    ],
    [
      'next to no calls',
      { hubs: [{ ...hub, heartbeat: { maxPerSecond: 0.09 } }] },
      /argocdHub\.hubs\[0\]\.heartbeat\.maxPerSecond.*at least 0\.1/,
    ],
    [
      'more calls than a hub bears',
      { hubs: [{ ...hub, heartbeat: { maxPerSecond: 1_001 } }] },
      /argocdHub\.hubs\[0\]\.heartbeat\.maxPerSecond.*at most 1000/,
    ],
    [
      'a bad interval',
      { hubs: [{ ...hub, heartbeat: { interval: 'soon' } }] },
      /argocdHub\.hubs\[0\]\.heartbeat\.interval/,
    ],
    [
      'a duration of an unknown unit',
      { hubs: [{ ...hub, relist: { secs: 1 } }] },
      /argocdHub\.hubs\[0\]\.relist(?!.*'relist)/,
    ],
    [
      'a bad duration',
      { hubs: [{ ...hub, relist: 'soon' }] },
      /argocdHub\.hubs\[0\]\.relist/,
    ],
    [
      'too short a duration',
      { hubs: [{ ...hub, relist: { milliseconds: 1 } }] },
      /argocdHub\.hubs\[0\]\.relist/,
    ],
    [
      'too long a duration for a timer',
      { hubs: [{ ...hub, requestTimeout: { days: 30 } }] },
      /argocdHub\.hubs\[0\]\.requestTimeout/,
    ],
    [
      'a bad heartbeat',
      { hubs: [{ ...hub, heartbeat: 'no' }] },
      /argocdHub\.hubs\[0\]\.heartbeat/,
    ],
    [
      'no calls allowed',
      { hubs: [{ ...hub, heartbeat: { maxPerSecond: 0 } }] },
      /argocdHub\.hubs\[0\]\.heartbeat\.maxPerSecond/,
    ],
    [
      'a retention that is no duration',
      { history: { retention: 'for ever' } },
      /argocdHub\.history\.retention/,
    ],
    [
      'a retention of no time',
      { history: { retention: { minutes: 59 } } },
      /argocdHub\.history\.retention.*at least 1 hour/,
    ],
    [
      'a retention for ever',
      { history: { retention: { years: 100 } } },
      /argocdHub\.history\.retention/,
    ],
    [
      'owners that are none',
      { mapping: { projects: { p: [''] } } },
      /argocdHub\.mapping\.projects\['p'\]\[0\]/,
    ],
    [
      'a key that entities choose',
      { mapping: { applicationEntityRefKey: 'backstage.io/kubernetes-id' } },
      /argocdHub\.mapping\.applicationEntityRefKey.*must be another key/,
    ],
    [
      'a credential without file',
      { onboarding: { credentials: { a: {} } } },
      /argocdHub\.onboarding\.credentials\.a\.kubeconfigFile/,
    ],
    [
      'a credential that is no object',
      { onboarding: { credentials: { 'a.b': '/tmp/x' } } },
      /'argocdHub\.onboarding\.credentials\['a\.b'\]\.kubeconfigFile'.*path of a file/,
    ],
    [
      'a credential whose name holds a blank',
      { onboarding: { credentials: { 'my spoke': { kubeconfigFile: 'x' } } } },
      /'argocdHub\.onboarding\.credentials\['my spoke'\]'.*letters and digits/,
    ],
    [
      'credentials that are a list',
      { onboarding: { credentials: [{ kubeconfigFile: 'x' }] } },
      /'argocdHub\.onboarding\.credentials'.*must map names/,
    ],
    [
      'an environment that is there twice',
      { environments: ['dev', 'prod', 'prod'] },
      /'argocdHub\.environments\[2\]'.*'prod' is already at argocdHub\.environments\[1\]; name each environment once/,
    ],
  ])('names the key of %s', (_what, config, expected) => {
    expect(() => read(config)).toThrow(expected);
  });

  it.each<[string, object, RegExp]>([
    ['no token', {}, /'argocdHub\.hubs\[1\]\.token'.*environment variable/],
    [
      'an empty token',
      { token: '' },
      /'argocdHub\.hubs\[1\]\.token'.*environment variable/,
    ],
    [
      'a token of blanks',
      { token: ' \n' },
      /'argocdHub\.hubs\[1\]\.token'.*environment variable/,
    ],
    [
      'no password',
      { username: 'u' },
      /'argocdHub\.hubs\[1\]\.password'.*environment variable/,
    ],
    [
      'an empty password',
      { username: 'u', password: '' },
      /'argocdHub\.hubs\[1\]\.password'.*environment variable/,
    ],
    [
      'a CA file that is not there',
      { token: 'abc', tls: { caFile: '/nowhere' } },
      /'argocdHub\.hubs\[1\]\.tls\.caFile'.*ENOENT/,
    ],
  ])('lays %s at the door of one hub', (_what, overrides, cause) => {
    const { hubs } = read({
      hubs: [hub, { name: 'b', url: 'https://b', ...overrides }],
    });
    expect(hubs[0].fault).toBeUndefined();
    expect(hubs[1].fault).toEqual({
      class: expect.stringMatching(/^(auth|tls)$/),
      message: expect.any(String),
      cause: expect.stringMatching(cause),
    });
  });

  it('takes a bundle of many CAs', () => {
    const caData = `# one\n${CA}\n# two\n${CA}`;
    expect(read({ hubs: [{ ...hub, tls: { caData } }] }).hubs[0].tls.ca).toBe(
      caData,
    );
  });

  it('takes logins as files and environments hand them over', () => {
    const authOf = (login: object) =>
      read({ hubs: [{ ...hub, token: undefined, ...login }] }).hubs[0].auth;
    expect(authOf({ token: ' abc.def.ghi\r\n' })).toEqual({
      token: 'abc.def.ghi',
    });
    expect(authOf({ username: 'u\n', password: ' p \n' })).toEqual({
      username: 'u',
      password: ' p ',
    });
  });

  it.each<[string, string, RegExp]>([
    ['in two lines', 'abc\ndef', /hubs\[0\]\.token.*characters/],
    ['with its scheme', 'Bearer abc', /hubs\[0\]\.token.*characters/],
    ['of another alphabet', 'abcé', /hubs\[0\]\.token.*characters/],
  ])('refuses a token %s', (_what, token, expected) => {
    expect(() => read({ hubs: [{ ...hub, token }] })).toThrow(expected);
  });

  it('never repeats a token', () => {
    const token = 'ey secret';
    expect(() => read({ hubs: [{ ...hub, token }] })).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('secret'),
      }),
    );
  });
});
