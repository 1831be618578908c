import { family } from './family';

const chart = { repoUrl: 'https://charts.example.com', chart: 'agent' };
const staging = {
  namespace: 'argocd',
  sources: [{ repoUrl: 'https://github.com/example/agent', path: 'chart' }],
};

describe('family', () => {
  it.each([
    {
      same: true,
      of: 'one ApplicationSet, whatever the source',
      a: { ...staging, applicationSet: 'agent' },
      b: { namespace: 'argocd', applicationSet: 'agent', sources: [chart] },
    },
    {
      same: false,
      of: 'ApplicationSets of one name in two namespaces',
      a: { ...staging, applicationSet: 'agent' },
      b: { ...staging, namespace: 'team', applicationSet: 'agent' },
    },
    {
      same: false,
      of: 'one source, but only one from an ApplicationSet',
      a: { ...staging, applicationSet: 'agent' },
      b: staging,
    },
    {
      same: true,
      of: 'one source in two namespaces',
      a: staging,
      b: { ...staging, namespace: 'team' },
    },
    {
      same: true,
      of: 'one repository in two spellings',
      a: staging,
      b: withSource({ repoUrl: 'https://GitHub.com/example/agent.git/' }),
    },
    {
      same: false,
      of: 'two paths',
      a: staging,
      b: withSource({ path: 'other' }),
    },
    {
      same: false,
      of: 'two charts of one repository',
      a: { ...staging, sources: [chart] },
      b: { ...staging, sources: [{ ...chart, chart: 'worker' }] },
    },
    {
      same: false,
      of: 'one source and the same with a second one',
      a: staging,
      b: { ...staging, sources: [...staging.sources, chart] },
    },
  ])('is the same: $same, for $of', ({ same, a, b }) => {
    expect(family(a) === family(b)).toBe(same);
  });
});

function withSource(source: { repoUrl?: string; path?: string }) {
  return { ...staging, sources: [{ ...staging.sources[0], ...source }] };
}
