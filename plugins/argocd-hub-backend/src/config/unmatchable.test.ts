import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from '../config';

const read = (argocdHub: object) =>
  readConfig(mockServices.rootConfig({ data: { argocdHub } as any }));

describe('what could never match anything', () => {
  it.each<[string, object]>([
    [
      'clusterLabels.failoverGroup',
      { clusterLabels: { failoverGroup: 'failover group' } },
    ],
    [
      'mapping.applicationEntityRefKey',
      { mapping: { applicationEntityRefKey: 'a/b/c' } },
    ],
  ])('is refused at %s', (key, config) => {
    expect(() => read(config)).toThrow(
      `'argocdHub.${key}': '${Object.values(
        Object.values(config)[0],
      )}' cannot be the key of a label`,
    );
  });

  it.each(['[', '[]', '[z-a]', 'a{b', 'Shop', 'shop team', ''])(
    'is refused among the globs of projects: %j',
    glob => {
      const projects = { 'shop-*': ['shop'], [glob]: ['shop'] };
      expect(() => read({ mapping: { projects } })).toThrow(
        `'argocdHub.mapping.projects['${glob}']': '${glob}' is the name of no project that there can be; write`,
      );
    },
  );

  it.each(['*', 'shop', 'a.b-1', '{Shop,shop}-?', '[!x]*'])(
    'is not the glob %j',
    glob => {
      const projects = { [glob]: ['shop'] };
      expect(read({ mapping: { projects } }).mapping.projects).toEqual({
        [glob]: ['group:default/shop'],
      });
    },
  );

  it.each(['https://x.example.com', 'x:6443', '10.0.0.0/33', 'x/16', 'a?'])(
    'is refused among the servers: %s',
    server => {
      const allowedServers = ['*.example.com', server];
      expect(() => read({ onboarding: { allowedServers } })).toThrow(
        `'argocdHub.onboarding.allowedServers[1]': '${server}' must be a host`,
      );
    },
  );

  it.each([
    ...['localhost', '*', 'A_b.Example.com', '127.0.0.1', ' 10.0.0.0/8'],
    ...['::1', 'fd00::/8', '*.k8s.*'],
  ])('is not the server %s', server => {
    const onboarding = { allowedServers: [server] };
    expect(read({ onboarding }).onboarding).toMatchObject(onboarding);
  });
});
