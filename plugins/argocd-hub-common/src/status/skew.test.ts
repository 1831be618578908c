import type { Skew } from '../types';
import { skew, type SkewInput } from './skew';

const ORDER = ['dev', 'staging', 'prod', 'dr'];
const REPOSITORY = 'https://github.com/example/agent';

/** Written as `environment revision image…`; `-` is nothing. */
function row(text: string, family = 'agent'): SkewInput {
  const [environment, revision, ...images] = text.split(' ');
  return {
    family,
    environment: environment === '-' ? undefined : environment,
    sources: [
      {
        repoUrl: REPOSITORY,
        path: 'chart',
        revision: revision === '-' ? undefined : revision,
      },
    ],
    images,
  };
}

/** Written as `row: field actual (from expected)`. */
function skewOf(rows: SkewInput[]): string[] {
  const found = skew(rows, ORDER);
  const words = ({ field, actual, from, expected }: Skew) =>
    `${field} ${actual} (${
      from === 'majority' ? 'majority' : 'previous'
    } ${expected})`;
  return rows.flatMap(deployment =>
    (found.get(deployment) ?? []).map(
      difference => `${deployment.environment}: ${words(difference)}`,
    ),
  );
}

describe('skew', () => {
  it.each([
    {
      title: 'nothing differs',
      rows: ['staging a1', 'prod a1', 'dr a1'],
      expected: [],
    },
    {
      title: 'one deployment has nobody to differ from',
      rows: ['prod a1 agent:1'],
      expected: [],
    },
    {
      title: 'one of three differs from the majority',
      rows: ['staging a1', 'prod a1', 'dr b2'],
      expected: [
        'dr: revision b2 (majority a1)',
        'dr: revision b2 (previous a1)',
      ],
    },
    {
      title: 'a promotion that has reached only staging',
      rows: ['staging b2', 'prod a1', 'dr a1'],
      expected: [
        'staging: revision b2 (majority a1)',
        'prod: revision a1 (previous b2)',
      ],
    },
    {
      title: 'half and half has no majority',
      rows: ['staging b2', 'prod a1'],
      expected: ['prod: revision a1 (previous b2)'],
    },
    {
      title: 'the previous environment is the nearest one that is there',
      rows: ['dev b2', 'prod a1'],
      expected: ['prod: revision a1 (previous b2)'],
    },
    {
      title: 'one cluster of the previous environment suffices',
      rows: ['staging a1', 'staging b2', 'prod a1', 'prod b2'],
      expected: [],
    },
    {
      title: 'environments that are not in the order have no previous one',
      rows: ['prod a1', 'perf b2', '- c3', '- d4'],
      expected: [],
    },
    {
      title: 'a revision that is not known is not compared',
      rows: ['staging a1', 'prod -'],
      expected: [],
    },
    {
      title: 'the image differs, the revision does not',
      rows: ['staging a1 x.io/agent:2', 'prod a1 x.io/agent:1'],
      expected: ['prod: image x.io/agent:1 (previous x.io/agent:2)'],
    },
    {
      title: 'a digest is a version too',
      rows: ['staging a1 agent:1@sha256:aa', 'prod a1 agent:1@sha256:bb'],
      expected: ['prod: image agent:1@sha256:bb (previous agent:1@sha256:aa)'],
    },
    {
      title: 'registries with ports differ by region',
      rows: ['staging a1 us.io:5000/x/agent:1', 'prod a1 eu.io/x/agent:1'],
      expected: [],
    },
    {
      title: 'an image that one environment has more is no skew',
      rows: ['staging a1 agent:1', 'prod a1 sidecar:9 agent:1'],
      expected: [],
    },
    {
      title: 'every image is compared with its own kind',
      rows: ['staging a1 agent:1 proxy:7', 'prod a1 proxy:6 agent:1'],
      expected: ['prod: image proxy:6 (previous proxy:7)'],
    },
  ])('$title', ({ rows, expected }) => {
    expect(skewOf(rows.map(text => row(text)))).toEqual(expected);
  });

  it('is judged within one family', () => {
    const rows = [row('staging a1', 'agent'), row('prod b2', 'worker')];
    expect(skewOf(rows)).toEqual([]);
  });

  it('compares each source of several with the same source elsewhere', () => {
    const values = { repoUrl: 'https://github.com/example/values' };
    const chart = { repoUrl: 'https://charts.example.com', chart: 'agent' };
    const at = (environment: string, version: string): SkewInput => ({
      ...row(`${environment} -`),
      sources: [
        { ...chart, revision: version },
        { ...values, path: environment, revision: 'v1' },
      ],
    });
    expect(skewOf([at('staging', '1.1'), at('prod', '1.0')])).toEqual([
      'prod: revision 1.0 (previous 1.1)',
    ]);
  });
});
