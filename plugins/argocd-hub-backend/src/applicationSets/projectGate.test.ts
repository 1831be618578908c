import type { ProjectRecord } from '../store/ProjectStore';
import { projectRecord } from '../testing/records';
import { type GateDestination, refusalOf } from './projectGate';

const PROD: GateDestination = {
  server: 'https://prod.example.com',
  name: 'prod',
  namespace: 'agent',
};

function refused(
  destinations: ProjectRecord['destinations'],
  to: Partial<GateDestination> = {},
  overrides: Partial<ProjectRecord> = {},
) {
  const project = projectRecord('shop', { destinations, ...overrides });
  return refusalOf(project, { ...PROD, ...to });
}

const ANY = { server: '*', namespace: '*' };

describe('a project', () => {
  it.each<[string, ProjectRecord['destinations'], ReturnType<typeof refused>]>([
    ['of everything', [ANY], undefined],
    ['of nothing', [], 'no-destination'],
    ['of its server', [{ server: PROD.server, namespace: 'agent' }], undefined],
    ['of its name', [{ name: 'pro*', namespace: 'agent' }], undefined],
    [
      'of another server',
      [{ server: 'https://dr.example.com', namespace: '*' }],
      'no-destination',
    ],
    [
      'of another namespace',
      [{ server: '*', namespace: 'shop-*' }],
      'no-destination',
    ],
    ['of no namespace', [{ server: '*' }], 'no-destination'],
    [
      'that rules its server out',
      [ANY, { server: '!https://prod.*', namespace: '*' }],
      'denied',
    ],
    [
      'that rules its name out',
      [ANY, { name: '!prod', namespace: '*' }],
      'denied',
    ],
    [
      'that rules another server out',
      [ANY, { server: '!https://dr.*', namespace: '*' }],
      undefined,
    ],
    [
      'that rules its namespace out',
      [ANY, { server: '*', namespace: '!agent' }],
      'denied',
    ],
    [
      'that rules its namespace out elsewhere',
      [ANY, { server: 'https://dr.example.com', namespace: '!agent' }],
      undefined,
    ],
  ])('%s', (_, destinations, refusal) => {
    expect(refused(destinations)).toBe(refusal);
  });

  it('is not judged by a namespace that nobody knows', () => {
    const unknown = { namespace: undefined };
    expect(refused([{ server: '*', namespace: 'shop' }], unknown)).toBe(
      undefined,
    );
    expect(
      refused([ANY, { server: '!https://prod.*', namespace: '*' }], unknown),
    ).toBe('denied');
  });

  it.each([
    [undefined, 'not-its-cluster'],
    ['other', 'not-its-cluster'],
    ['shop', undefined],
  ])('that may use only its own clusters, on one of %j', (project, refusal) => {
    expect(
      refused([ANY], { project }, { permitOnlyProjectScopedClusters: true }),
    ).toBe(refusal);
  });
});
