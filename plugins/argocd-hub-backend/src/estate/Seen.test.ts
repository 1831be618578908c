import type { EntityClaims } from '../store/ClaimStore';
import { keyInHub } from '../store/objectKeys';
import { applicationRecord } from '../testing/records';
import { idOf, type WrittenApplication } from './ApplicationChanges';
import type { Moment } from './EstateReader';
import { Seen } from './Seen';

const claims = {
  entityRef: 'component:default/agent',
  claims: [
    {
      rule: { key: 'argocd/app-selector', value: 'app=agent' },
      selection: {
        match: {
          kind: 'labels',
          terms: [{ key: 'app', operator: 'in', values: ['agent'] }],
        },
      },
    },
  ],
  refused: [],
} as unknown as EntityClaims;

const own = applicationRecord('agent-prod', { labels: { app: 'agent' } });
const other = applicationRecord('other', { labels: { app: 'other' } });

const momentAt = (
  id: number,
  { applications = '1', claimed = '1', hub = 'live', cluster = 'ok' } = {},
) =>
  ({
    id,
    revisions: { applications, claims: claimed, hubs: '', clusters: '' },
    estate: {
      hub: () => ({ fingerprint: hub }),
      cluster: () => ({ fingerprint: cluster }),
    },
  } as unknown as Moment);

const seenAt = (moment: Moment, followed = claims) =>
  Seen.at(moment, {
    ...{ claims, followed },
    applications: [own],
    hubs: ['main'],
    dependsOn: [{ hub: 'main', name: 'prod' }],
  });

const removed = (record: typeof own): WrittenApplication => ({
  id: idOf({ hub: record.hub, key: keyInHub(record) }),
});
const written = (record: typeof own): WrittenApplication => ({
  ...removed(record),
  now: record,
});

describe('what was seen', () => {
  it.each<[string, Moment, boolean]>([
    ['the same moment', momentAt(1), true],
    ['a later one, where nothing differs', momentAt(2), true],
    ['written applications', momentAt(2, { applications: '2' }), false],
    ['written claims', momentAt(2, { claimed: '2' }), false],
    ['another hub', momentAt(2, { hub: 'stale' }), false],
    ['another cluster', momentAt(2, { cluster: 'down' }), false],
  ])('is true or not: %s', (_what, moment, expected) => {
    expect(seenAt(momentAt(1)).isTrueAt(moment)).toBe(expected);
  });

  it.each<[string, WrittenApplication[] | undefined, boolean | undefined]>([
    ['nothing', [], false],
    ['an application of its own', [written(own)], true],
    ['one that went', [removed(own)], true],
    [
      'one that its claims take from now on',
      [written({ ...other, labels: { app: 'agent' } })],
      true,
    ],
    [
      'one that they take no more',
      [written({ ...own, labels: { app: 'other' } })],
      true,
    ],
    ['one of others', [written(other)], false],
    ['one of others that went', [removed(other)], false],
    [
      'one of that name at another hub',
      [removed({ ...own, hub: 'eu' })],
      false,
    ],
    ['what nobody knows', undefined, undefined],
  ])('is touched or not by %s', (_what, changes, expected) => {
    expect(seenAt(momentAt(1)).isTouchedBy(changes)).toBe(expected);
  });

  it('cannot be told of claims that take too much', () => {
    const seen = seenAt(momentAt(1), { ...claims, claims: [] });
    expect(seen.isTouchedBy([])).toBeUndefined();
  });

  it('is the same again at a later moment', () => {
    const later = momentAt(2, { applications: '2' });
    const again = seenAt(momentAt(1)).again(later);
    expect(again.isOf(later)).toBe(true);
    expect(again.revisions.applications).toBe('2');
    expect(again.isTouchedBy([removed(own)])).toBe(true);
    expect(again.claimsTheSame({ ...claims })).toBe(true);
    expect(again.claimsTheSame({ ...claims, claims: [] })).toBe(false);
    expect(again.followsTheSame({ ...claims })).toBe(true);
    expect(again.followsTheSame({ ...claims, claims: [] })).toBe(false);
  });
});
