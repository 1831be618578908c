import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from './config';

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
      onboarding: { credentials: { perf: { kubeconfigFile: '/tmp/x' } } },
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
      onboarding: { credentials: { perf: { kubeconfigFile: '/tmp/x' } } },
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
      'no way to sign in',
      { hubs: [{ ...hub, token: undefined }] },
      /argocdHub\.hubs\[0\]\.token/,
    ],
    [
      'no password',
      { hubs: [{ ...hub, token: undefined, username: 'u' }] },
      /argocdHub\.hubs\[0\]\.password/,
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
      'a CA file that is not there',
      { hubs: [{ ...hub, tls: { caFile: '/nowhere' } }] },
      /argocdHub\.hubs\[0\]\.tls\.caFile/,
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
      'a credential without file',
      { onboarding: { credentials: { a: {} } } },
      /argocdHub\.onboarding\.credentials\.a\.kubeconfigFile/,
    ],
  ])('names the key of %s', (_what, config, expected) => {
    expect(() => read(config)).toThrow(expected);
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
    ['of blanks', '  \n', /hubs\[0\]\.token.*missing or empty/],
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
