import type { Deployment, HubStatus } from 'backstage-plugin-argocd-hub-common';
import { answer, cluster, deployment, hub } from '../../dev/fixtures/build';
import { before, testWords } from '../../dev/testing/words';
import { headline } from './headline';

type Changes = Partial<Deployment>;

const healthy: Changes = {};
const degraded: Changes = { health: { status: 'Degraded' } };
const missing: Changes = { health: { status: 'Missing' } };
const progressing: Changes = { health: { status: 'Progressing' } };
const suspended: Changes = { health: { status: 'Suspended' } };
const outOfSync: Changes = { sync: { status: 'OutOfSync' } };
const unverified: Changes = {
  health: { status: 'Healthy', unverified: true },
  sync: { status: 'Synced', unverified: true },
};
const skewed: Changes = {
  skew: [{ from: 'majority', field: 'image', expected: 'a:2', actual: 'a:1' }],
};
const unknown = (
  reason: NonNullable<Deployment['health']['reason']>,
  since?: string,
): Changes => ({
  health: { status: 'Unknown', reported: 'Healthy', reason, since },
});
const away = unknown('cluster-unreachable', before(12));
const hubDown = unknown('hub-down', before(3));
const nowhere: Changes = {
  destination: { namespace: 'a', problem: 'no-such-cluster', given: 'gone' },
};

function sentence(
  rows: Record<string, Changes>,
  options: { hubs?: HubStatus[]; ages?: boolean } = {},
): string {
  const { hubs = [hub()], ages = true } = options;
  const data = answer({
    deployments: Object.entries(rows).map(([name, changes]) =>
      deployment(name, changes),
    ),
    clusters: Object.keys(rows).map(name => cluster(name)),
    hubs,
  });
  return headline(data, testWords(), { ages });
}

describe('headline', () => {
  it.each<[string, Record<string, Changes>]>([
    ['Healthy on 1 cluster', { prod: healthy }],
    [
      'Healthy on all 3 clusters',
      { staging: healthy, prod: healthy, dr: healthy },
    ],
    [
      'Healthy on 2 of 3 clusters; prod has been unreachable for 12 min',
      { staging: healthy, prod: away, dr: healthy },
    ],
    [
      'Healthy on 1 of 3 clusters; prod and dr are unreachable',
      { staging: healthy, prod: away, dr: away },
    ],
    [
      'Healthy on 1 of 2 clusters; prod is unreachable',
      { staging: healthy, prod: unknown('cluster-unreachable') },
    ],
    [
      'State unknown on all 2 clusters; no news from Demo hub for 3 min',
      { staging: hubDown, prod: hubDown },
    ],
    [
      'State unknown on its only cluster; no recent news from Demo hub',
      { prod: unknown('hub-stale') },
    ],
    ['Not healthy on its only cluster; prod is degraded', { prod: degraded }],
    [
      'Not healthy on any of 2 clusters; prod is degraded; staging is rolling out',
      { staging: progressing, prod: degraded },
    ],
    [
      'Not healthy on any of 3 clusters; a is degraded; resources are missing on b; 1 more',
      { a: degraded, b: missing, c: suspended },
    ],
    [
      'Healthy on all 2 clusters; prod is out of sync',
      { staging: healthy, prod: outOfSync },
    ],
    [
      'Healthy on 1 of 3 clusters; a is degraded; b is suspended; 1 out of sync',
      { a: degraded, b: suspended, c: outOfSync },
    ],
    [
      'Healthy on all 2 clusters; 1 runs another version',
      { staging: healthy, prod: skewed },
    ],
    [
      'Healthy on all 2 clusters; 2 not verified',
      { staging: unverified, prod: unverified },
    ],
    [
      'Not healthy on any of 4 clusters; a, b, c, and 1 more are degraded',
      { a: degraded, b: degraded, c: degraded, d: degraded },
    ],
    [
      'Healthy on 1 of 2 clusters; prod is paused',
      { staging: healthy, prod: unknown('frozen') },
    ],
    [
      'Healthy on 1 of 2 clusters; no Argo CD controller reports on prod',
      { staging: healthy, prod: unknown('controller-silent') },
    ],
    [
      'Healthy on 1 of 2 clusters; Argo CD cannot compare prod with its source',
      { staging: healthy, prod: unknown('comparison-error') },
    ],
    ['1 deployment, on no known cluster', { gone: nowhere }],
  ])('says "%s"', (expected, rows) => {
    expect(sentence(rows)).toBe(expected);
  });

  it('counts those beyond the offenders that are named', () => {
    const rows = Object.fromEntries(
      [...'abcdefg'].map(name => [name, degraded]),
    );
    expect(sentence(rows)).toBe(
      'Not healthy on any of 7 clusters; a, b, c, and 2 more are degraded; 2 more',
    );
  });

  const live = hub();
  const unread = (name: string): HubStatus =>
    hub({
      name,
      title: name,
      freshness: 'down',
      complete: false,
      observedAt: undefined,
    });
  it.each<{ says: string; hubs: HubStatus[]; rows?: Record<string, Changes> }>([
    {
      says: 'Healthy on 2 known clusters; edge and third could not be read',
      hubs: [live, unread('edge'), unread('third')],
    },
    {
      says: 'Healthy on 1 known cluster; edge could not be read',
      hubs: [live, unread('edge')],
      rows: { prod: healthy },
    },
    {
      says: 'Healthy on 2 known clusters; edge is still being read',
      hubs: [live, hub({ name: 'edge', title: 'edge', complete: false })],
    },
    {
      says: 'Healthy on 2 known clusters; edge is still being read',
      hubs: [live, { ...unread('edge'), freshness: 'lagging' }],
    },
    {
      says: 'Healthy on 2 known clusters; no news from edge for 3 min',
      hubs: [
        live,
        { ...unread('edge'), complete: true, observedAt: before(3) },
      ],
    },
    {
      says: 'Healthy on 2 known clusters; no recent news from edge and third',
      hubs: [
        live,
        { ...unread('edge'), complete: true },
        { ...unread('third'), freshness: 'stale', complete: true },
      ],
    },
    {
      says: 'Healthy on 2 known clusters; Demo hub answers late',
      hubs: [hub({ freshness: 'lagging' })],
    },
    {
      says: 'Healthy on 1 of 2 known clusters; prod is degraded; edge could not be read; 1 runs another version',
      hubs: [live, unread('edge')],
      rows: { staging: skewed, prod: degraded },
    },
    {
      says: 'Not healthy on any of 2 known clusters; a and b are degraded; edge could not be read',
      hubs: [live, unread('edge')],
      rows: { a: degraded, b: degraded },
    },
    {
      says: 'State unknown on 2 known clusters; no news from Demo hub for 3 min; edge could not be read',
      hubs: [hub({ freshness: 'down' }), unread('edge')],
      rows: { staging: hubDown, prod: hubDown },
    },
    {
      says: 'State unknown on its only known cluster; no news from Demo hub for 3 min',
      hubs: [hub({ freshness: 'down' })],
      rows: { prod: hubDown },
    },
  ])('never speaks for a hub that it does not hear: "$says"', test => {
    const { says, hubs, rows = { staging: healthy, prod: healthy } } = test;
    expect(sentence(rows, { hubs })).toBe(says);
  });

  it('names the hub that is silent, of several', () => {
    const hubs = [hub(), hub({ name: 'eu', title: 'Hub Europe' })];
    const rows = { staging: healthy, prod: { ...hubDown, hub: 'eu' } };
    expect(sentence(rows, { hubs })).toBe(
      'Healthy on 1 of 2 clusters; no news from Hub Europe for 3 min',
    );
  });

  it('leaves out what changes by itself when ages are not wanted', () => {
    expect(sentence({ staging: healthy, prod: away }, { ages: false })).toBe(
      'Healthy on 1 of 2 clusters; prod is unreachable',
    );
  });

  it('cuts names that nobody would read to their end', () => {
    expect(sentence({ ['x'.repeat(80)]: degraded })).toBe(
      `Not healthy on its only cluster; ${'x'.repeat(39)}… is degraded`,
    );
  });
});
