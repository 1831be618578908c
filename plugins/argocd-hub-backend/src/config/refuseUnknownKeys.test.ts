import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from '../config';

const hub = { name: 'main', url: 'https://argocd.example.com', token: 'abc' };

const read = (argocdHub: object) =>
  readConfig(
    mockServices.rootConfig({ data: { argocdHub } as { argocdHub: {} } }),
  );

describe('keys of the configuration', () => {
  it.each<[object, string, string]>([
    [
      { hubs: [hub, { ...hub, heartbeat: { intervall: 'PT5S' } }] },
      'argocdHub.hubs[1].heartbeat.intervall',
      "did you mean 'interval'?",
    ],
    [
      { hubs: [{ ...hub, reList: 'PT5S' }] },
      'argocdHub.hubs[0].reList',
      "did you mean 'relist'?",
    ],
    [
      { hubs: [{ ...hub, tls: { cafile: '/ca' } }] },
      'argocdHub.hubs[0].tls.cafile',
      "did you mean 'caFile'?",
    ],
    [{ hub: [hub] }, 'argocdHub.hub', "did you mean 'hubs'?"],
    [
      { mapping: { project: { p: ['a'] } } },
      'argocdHub.mapping.project',
      "did you mean 'projects'?",
    ],
    [
      { clusterLabels: { enviroment: 'stage' } },
      'argocdHub.clusterLabels.enviroment',
      "did you mean 'environment'?",
    ],
    [
      { onboarding: { allowedHosts: [] } },
      'argocdHub.onboarding.allowedHosts',
      'known are allowedServers, credentials',
    ],
    [
      { onboarding: { credentials: { a: { kubeConfig: '/k' } } } },
      'argocdHub.onboarding.credentials.a.kubeConfig',
      'known are kubeconfigFile',
    ],
    [
      { history: { retain: 'P1W' } },
      'argocdHub.history.retain',
      'known are retention',
    ],
    [
      { history: { constructor: 1 } },
      'argocdHub.history.constructor',
      'known are retention',
    ],
  ])('refuses %j', (config, key, wayOut) => {
    expect(() => read(config)).toThrow(
      `Invalid config at '${key}': is no key that is known here; ${wayOut}`,
    );
  });

  it('takes what config.d.ts describes, and names that people choose', () => {
    const config = {
      hubs: [
        {
          ...hub,
          title: 'Main',
          uiUrl: 'https://ui.example.com',
          tls: { dangerouslySkipTlsVerify: true },
          relist: { minutes: 1 },
          requestTimeout: 'PT10S',
          heartbeat: { interval: { seconds: 5 }, maxPerSecond: 1 },
          prefixClusterEntities: true,
        },
      ],
      environments: ['prod'],
      clusterLabels: {
        environment: 'a',
        role: 'b',
        region: 'c',
        failoverGroup: 'd',
        lifecycle: 'e',
      },
      mapping: { applicationEntityRefKey: 'a/b', projects: { 'x-*': ['a'] } },
      onboarding: {
        allowedServers: [],
        credentials: { 'our-own': { kubeconfigFile: '/k' } },
      },
      history: { retention: { days: 1 } },
      dangerouslyAllowWritesWithoutPermissions: true,
    };
    expect(read(config).hubs).toHaveLength(1);
  });

  it('leaves what the catalog module reads to that module', () => {
    expect(read({ catalog: { clusterOwner: 'a', new: {} } }).hubs).toEqual([]);
  });
});
