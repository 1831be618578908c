import { DeletionGuard } from './DeletionGuard';
import type { HeldCluster } from './HeldClusters';
import { keepBack } from './keepBack';

const LIVE = {
  freshness: 'live' as const,
  skippedClusters: [],
  skippedClusterCount: 0,
};

function held(name: string): HeldCluster {
  return {
    entityRef: `resource:default/${name}`,
    cluster: name,
    server: `https://${name}.example.com`,
  };
}

/** Of ten clusters, these are gone; a guard that believes everything unless told otherwise. */
function kept(options: {
  gone: string[];
  hub?: object;
  read?: number;
  guard?: DeletionGuard;
}): string[] {
  const guard = new DeletionGuard();
  jest.spyOn(guard, 'allows').mockReturnValue(true);
  return keepBack({
    hub: { ...LIVE, ...options.hub },
    gone: options.gone.map(held),
    known: 10,
    read: options.read ?? 10 - options.gone.length,
    guard: options.guard ?? guard,
  }).kept.map(({ cluster }) => cluster);
}

const skipped = (name: string) => ({ name, reason: 'It has no server' });

describe('keepBack', () => {
  it.each([
    { what: 'a live hub', hub: {}, stay: [] },
    { what: 'a lagging hub', hub: { freshness: 'lagging' }, stay: [] },
    { what: 'a stale hub', hub: { freshness: 'stale' }, stay: ['a', 'b'] },
    {
      what: 'a hub that is down',
      hub: { freshness: 'down' },
      stay: ['a', 'b'],
    },
    {
      what: 'a hub with an unreadable cluster of that name',
      hub: { skippedClusters: [skipped('a')], skippedClusterCount: 1 },
      stay: ['a'],
    },
    {
      what: 'a hub with an unreadable cluster at that address',
      hub: {
        skippedClusters: [skipped('https://b.example.com')],
        skippedClusterCount: 1,
      },
      stay: ['b'],
    },
    {
      what: 'a hub with another unreadable cluster',
      hub: { skippedClusters: [skipped('x')], skippedClusterCount: 1 },
      stay: [],
    },
    {
      what: 'a hub with more unreadable clusters than it names',
      hub: { skippedClusters: [skipped('x')], skippedClusterCount: 2 },
      stay: ['a', 'b'],
    },
  ])('of $what keeps $stay', ({ hub, stay }) => {
    expect(kept({ gone: ['a', 'b'], hub })).toEqual(stay);
  });

  it('never believes that there is none at all', () => {
    expect(kept({ gone: ['a', 'b'], read: 0 })).toEqual(['a', 'b']);
  });

  it('keeps what the guard doubts', () => {
    const guard = new DeletionGuard();
    const gone = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(kept({ gone, guard })).toEqual(gone);
  });
});
