import { claimsOf } from '../mapping/claimsOf';
import {
  agentOn,
  component,
  CONFIG,
  hubConfig,
  NOW,
} from '../routers/__testUtils__/startRouter';
import { clusterKey, type ClusterRecord } from '../store/ClusterStore';
import type { HubRecord } from '../store/HubStore';
import { clusterRecord } from '../testing/records';
import { bareRowsOf } from './deployments';
import { basisOf, clustersNamedBy, entityRows, mappedOf } from './entityRows';
import { Estate } from './Estate';

const config = {
  ...CONFIG,
  hubs: ['a', 'b', 'c'].map(name => hubConfig(name)),
};

const CLUSTERS: ClusterRecord[] = ['a', 'b'].map(hub => ({
  ...clusterRecord('prod'),
  hub,
  name: 'prod',
}));

/** Hubs that were listed so long ago, in milliseconds. */
function estateAt(ages: Record<string, number> = {}, clusters = CLUSTERS) {
  const hubs = config.hubs.map(
    ({ name }): HubRecord => ({
      name,
      complete: true,
      applications: 1,
      clusters: 1,
      skipped: [],
      facts: {
        startedAt: 0,
        lastListAt: NOW - (ages[name] ?? 1_000),
        listIntervalMs: 60_000,
      },
    }),
  );
  return Estate.at(NOW, {
    config,
    commits: undefined as any,
    hubs,
    clusters: new Map(clusters.map(record => [clusterKey(record), record])),
    startedAt: 0,
  });
}

/** An entity that asks for the applications of hub a, and one of hub b that names it. */
function rowsAt(estate: Estate) {
  const claims = claimsOf(
    component('agent', {
      'argocd/app-name': 'agent-prod',
      'argocd/instance-name': 'a',
    }),
    config.mapping,
  );
  const cluster = { name: 'prod' };
  const annotations = { 'backstage.io/entity-ref': 'component:default/agent' };
  const mapped = mappedOf(
    [
      { ...agentOn('prod', { hub: 'a' }), cluster },
      { ...agentOn('prod', { hub: 'b', annotations }), cluster },
      { ...agentOn('prod', { hub: 'c' }), cluster },
    ],
    claims,
    estate,
  );
  const applications = mapped.map(({ application }) => application);
  const answer = entityRows(bareRowsOf(applications, estate), {
    claims,
    estate,
  });
  const hubs = answer.hubs.map(({ config: { name } }) => name);
  return { ...answer, hubs, dependsOn: clustersNamedBy(applications) };
}

describe('hubs of an entity', () => {
  it('are also those where only an application names it', () => {
    const { rows, hubs } = rowsAt(estateAt());
    expect(rows.map(({ hub }) => hub)).toEqual(['a', 'b']);
    expect(hubs).toEqual(['a', 'b']);
  });

  it.each([
    ['its hub grows old', { a: 1e6 }, CLUSTERS, true],
    ['the hub grows old where it is named', { b: 1e6 }, CLUSTERS, true],
    ['another hub grows old', { c: 1e6 }, CLUSTERS, false],
    ['one of its clusters goes', {}, CLUSTERS.slice(1), true],
  ])('make another basis when %s: case %#', (_, ages, clusters, differs) => {
    const answer = rowsAt(estateAt());
    const before = basisOf(answer, estateAt());
    const after = basisOf(answer, estateAt(ages, clusters));
    expect(after !== before).toBe(differs);
  });
});
