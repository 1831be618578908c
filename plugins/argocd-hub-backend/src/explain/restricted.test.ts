import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import { applicationSetRecord, projectRecord } from '../testing/records';
import {
  AGENTS,
  cluster,
  codes,
  CONFIG,
  DR,
  explain,
  type Given,
  hub,
  NAMED,
  onProd,
  PROD,
  stored,
} from './__testUtils__/evidence';
import { VisibleClusters } from '../permissions/VisibleClusters';

const ERROR = {
  ...{ type: 'ErrorOccurred', status: 'True', reason: 'Bad' },
  message: 'the cluster secret-one is bad',
};

describe('who may not see every cluster', () => {
  const set = applicationSetRecord('agents', {
    conditions: [ERROR],
    clusterSelectors: [{ matchLabels: { env: 'prod' } }],
  });
  const hidden = stored('agents', {
    project: 'secret-project',
    cluster: { name: 'dr' },
  });
  const lost = stored('agents', {
    namespace: 'secret',
    cluster: { problem: 'no-such-cluster', given: '' },
  });
  const given: Given = {
    applications: [onProd, hidden, lost],
    clusters: [DR, PROD],
    sets: [set],
    projects: [
      projectRecord('default', { destinations: [{ name: 'secret-two' }] }),
    ],
    config: {
      ...CONFIG,
      projects: { default: ['group:default/guests'] },
    },
  };
  const seen = (...names: string[]) =>
    new VisibleClusters({
      keys: new Set(names.map(name => `main\n${name}`)),
      outside: () => false,
    });

  const byName = {
    ...{ hub: 'main', ...AGENTS, because: 'named', notVisible: true },
  };

  it('is told of what its own deployments show, and no more, where it may see none', () => {
    const told = explain(NAMED, { ...given, visible: VisibleClusters.none });
    expect(told).toMatchObject({
      rules: [{}, { applications: 1 }],
      ...{ nearMisses: [], restricted: true },
    });
    expect(told.applicationSets).toEqual([byName]);
    expect(told.clusters).toEqual([
      {
        ...{ hub: 'main', name: 'prod', environment: 'prod', deployments: 1 },
        reasons: [{ code: 'not-visible' }],
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/secret|"dr"/);
  });

  it('is told of those that it may see', () => {
    const told = explain(NAMED, { ...given, visible: seen('prod') });
    expect(told.clusters.map(({ name }) => name)).toEqual(['prod']);
    expect(told.applicationSets).toEqual([
      expect.objectContaining({ ...AGENTS, error: { reason: 'Bad' } }),
    ]);
    expect(told.nearMisses).toEqual([]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('is told no message of Argo CD where what goes to no cluster is hidden', () => {
    const told = explain(NAMED, { ...given, visible: seen('dr', 'prod') });
    expect(told.applicationSets).toEqual([
      expect.objectContaining({ ...AGENTS, error: { reason: 'Bad' } }),
    ]);
  });

  it('is told by name of a set that takes none of them but owns what the entity has', () => {
    const told = explain(NAMED, { ...given, visible: seen('dr') });
    expect(told.applicationSets).toEqual([byName]);
    expect(told.nearMisses.map(({ cluster: name }) => name)).toEqual(['dr']);
    expect(told.clusters.map(({ name }) => name)).toEqual(['dr', 'prod']);
    expect(told.clusters.map(({ reasons }) => codes(reasons))).toEqual([
      ['application-not-taken', 'not-visible'],
      ['not-visible'],
    ]);
    expect(told.clusters[0].reasons[1]).toEqual({
      ...{ code: 'not-visible', name: 'agents' },
    });
    expect(JSON.stringify(told)).not.toMatch(/secret-(one|two)/);
  });

  it('is told the same of a named set that it may not see as of one that is not there', () => {
    const tell = (sets: ApplicationSetRecord[]) =>
      explain(NAMED, { ...given, applications: [], sets, visible: seen('dr') });
    const hiddenSet = tell([set]);
    expect(hiddenSet).toEqual(tell([]));
    expect(hiddenSet.applicationSets).toEqual([]);
    expect(hiddenSet.clusters.map(({ reasons }) => reasons)).toEqual([
      [{ code: 'not-visible', name: 'agents' }],
    ]);
  });

  it.each([
    [5, undefined],
    [6, true],
  ])(
    'is told of five sets that it may not see, and whether there are more: of %i',
    (count, moreReasons) => {
      const owning = Array.from({ length: count }, (_, at) =>
        stored('agent', { namespace: `n${at}`, applicationSet: `set-${at}` }),
      );
      const told = explain(
        { 'argocd/app-name': 'agent' },
        { ...given, applications: owning, sets: [], visible: seen('dr') },
      );
      const onDr = told.clusters.find(({ name }) => name === 'dr')!;
      const named = onDr.reasons.filter(({ code }) => code === 'not-visible');
      expect(named).toHaveLength(5);
      expect(onDr.moreReasons).toBe(moreReasons);
    },
  );

  it('is told the same of a set at another hub as if there was none', () => {
    const elsewhere = cluster('dr', { hub: 'other' });
    const tell = (...sets: string[]) =>
      explain(
        { 'argocd/app-selector': 'app=agent' },
        {
          applications: [{ ...onProd, labels: { app: 'agent' } }],
          clusters: [elsewhere],
          hubs: [hub(), hub({ name: 'other' })],
          sets: sets.map(name => ({ ...set, hub: name })),
          visible: new VisibleClusters({
            keys: new Set(['other\ndr']),
            outside: () => false,
          }),
        },
      );
    expect(tell('main', 'other')).toEqual(tell('main'));
    expect(tell('main').clusters.map(({ reasons }) => reasons)).toEqual([
      [{ code: 'not-visible', name: 'agents' }],
    ]);
  });

  it('is told that what it has is made one by one, as its rows say', () => {
    const told = explain(
      { 'argocd/app-name': 'agent' },
      { ...given, applications: [stored('agent')], visible: seen('dr') },
    );
    expect(codes(told.clusters[0].reasons)).toEqual([
      ...['no-application-set', 'project-forbids'],
    ]);
  });

  it('is told of a set that has made something that it may see', () => {
    const made = stored('other', {
      ...{ applicationSet: 'agents', project: 'x' },
      cluster: { name: 'dr' },
    });
    const told = explain(
      { 'argocd/app-name': 'agent-prod' },
      { ...given, applications: [onProd, made], visible: seen('dr') },
    );
    expect(told.applicationSets).toMatchObject([
      { ...AGENTS, project: 'default' },
    ]);
  });

  it('is told all where it may see all', () => {
    const told = explain(NAMED, given);
    expect(told).not.toHaveProperty('restricted');
    expect(told.applicationSets[0].error).toEqual({
      reason: 'Bad',
      message: ERROR.message,
    });
    expect(told.nearMisses).toHaveLength(2);
  });
});
