import { trimProject } from './trimProject';

describe('trimProject', () => {
  it('keeps where applications may go, and nothing else', () => {
    expect(
      trimProject(
        {
          metadata: { name: 'team', annotations: { token: 'c4n4ry' } },
          spec: {
            destinations: [
              { server: 'https://prod', namespace: '*', name: '' },
              { name: '!prod-*' },
            ],
            sourceNamespaces: ['team-*'],
            sourceRepos: ['https://bot:c4n4ry@git.example.com/x'],
            permitOnlyProjectScopedClusters: true,
            roles: [{ jwtTokens: ['c4n4ry'] }],
          },
        } as any,
        { hub: 'main' },
      ),
    ).toEqual({
      hub: 'main',
      name: 'team',
      destinations: [
        { server: 'https://prod', namespace: '*' },
        { name: '!prod-*' },
      ],
      sourceNamespaces: ['team-*'],
      permitOnlyProjectScopedClusters: true,
    });
  });

  it('reads one that says nothing', () => {
    expect(trimProject({ metadata: { name: 'a' } }, { hub: 'main' })).toEqual({
      hub: 'main',
      name: 'a',
      destinations: [],
      sourceNamespaces: [],
      permitOnlyProjectScopedClusters: false,
    });
  });

  it('refuses what has no name', () => {
    expect(() => trimProject({} as any, { hub: 'main' })).toThrow(/no name/);
  });
});
