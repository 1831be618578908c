import { Clock } from '../../clock';
import { HubState } from '../../state/HubState';
import type { AppProject, Destination } from '../../types/argocd';

const EDGE = 'https://edge.example.com';

describe('where a project lets its applications go', () => {
  const state = new HubState(new Clock());
  state.clusters.create({
    metadata: { name: 'edge', namespace: 'argocd' },
    data: { name: 'edge', server: EDGE, config: {}, project: 'team' },
  });
  const refuse = (
    spec: AppProject['spec'],
    destination: Destination = { server: EDGE, namespace: 'shop' },
    name = 'default',
  ) => state.refuseDestination({ metadata: { name }, spec }, destination);

  it.each<[NonNullable<AppProject['spec']['destinations']>, boolean]>([
    [[{ server: '*', namespace: '*' }], true],
    [[{ server: 'https://*.example.com', namespace: 'sh*' }], true],
    [[{ name: 'ed*', namespace: '*' }], true],
    [[{ server: '*', namespace: 'other' }], false],
    [[{ server: '*' }], false],
    [[], false],
    [
      [
        { server: '*', namespace: '*' },
        { server: `!${EDGE}`, namespace: '*' },
      ],
      false,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { server: '*', namespace: '!shop' },
      ],
      false,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { server: '*', namespace: '!other' },
      ],
      true,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { name: '!edge', namespace: '*' },
      ],
      false,
    ],
    [[{ server: '!https://core.example.com', namespace: '*' }], true],
  ])('F2.10 judges by %j', (destinations, isAllowed) => {
    expect(refuse({ destinations }) === undefined).toBe(isAllowed);
  });

  it('F2.10 lets a pattern that is none match nothing', () => {
    const destinations = [{ server: '[', namespace: '*' }];
    expect(refuse({ destinations })).toMatch('do not match');
  });

  it('F2.10 says which destination is refused', () => {
    const end =
      "and namespace 'shop' do not match any of the allowed destinations in project 'default'";
    expect(refuse({})).toBe(`application destination server '${EDGE}' ${end}`);
    expect(refuse({}, { name: 'edge', namespace: 'shop' })).toBe(
      `application destination server 'edge' ${end}`,
    );
  });

  it('F2.10 may permit only clusters of its own', () => {
    const spec = {
      destinations: [{ server: '*', namespace: '*' }],
      permitOnlyProjectScopedClusters: true,
    };
    const destination = { server: EDGE, namespace: 'shop' };
    expect(refuse(spec, destination)).toMatch('do not match');
    expect(refuse(spec, destination, 'team')).toBeUndefined();
  });
});
