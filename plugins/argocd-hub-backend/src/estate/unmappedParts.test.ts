import { TestDatabases } from '@backstage/backend-test-utils';
import { unmappedAt } from '../mapping/placements';
import { storeOn } from '../store/__testUtils__/storeOn';
import { applicationRecord } from '../testing/records';
import type { FleetPosition } from './fleetStops';
import { unmappedParts } from './unmappedParts';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const [[SQLITE]] = databases.eachSupportedId();

const PROD = { hub: 'main', cluster: 'prod' };
const to = (cluster: string, name: string) =>
  applicationRecord(name, { destination: { namespace: 'x', name: cluster } });

/** What is told of some that were unmapped on `prod`, which is all that may be seen. */
async function start() {
  const { store, apply } = await storeOn(databases, SQLITE);
  const known = ['a', 'b', 'c', 'd'];
  await apply(known.map(name => to('prod', name)));
  const unmapped = new Map([
    [unmappedAt(PROD), known.map(name => `argocd/${name}`)],
  ]);
  const parts = async (after?: FleetPosition) => {
    const told: { found: string[]; reached: FleetPosition }[] = [];
    const options = { stops: [PROD], after, filter: {}, size: 2 };
    for await (const { found, reached } of unmappedParts({
      ...{ ...options, fleet: store.fleet, unmapped },
    })) {
      told.push({ found: found.map(({ name }) => name), reached });
    }
    return told;
  };
  return { apply, parts };
}

describe('what was unmapped, part by part', () => {
  it('names in a position nothing that is hidden by now, where it can name another', async () => {
    const { apply, parts } = await start();
    await apply([to('staging', 'b')], ['d']);
    const told = await parts();
    expect(told).toEqual([
      { found: ['a'], reached: { ...PROD, key: 'argocd/a' } },
      { found: ['c'], reached: { ...PROD, key: 'argocd/c' } },
    ]);
    expect(await parts(told[0].reached)).toEqual([
      { found: ['c'], reached: { ...PROD, key: 'argocd/c' } },
      { found: [], reached: { ...PROD, key: 'argocd/d' } },
    ]);
  });

  it('comes on where nothing is left of a part', async () => {
    const { apply, parts } = await start();
    await apply([to('staging', 'a'), to('staging', 'b')]);
    const [first] = await parts();
    expect(first.found).toEqual([]);
    const [next] = await parts(first.reached);
    expect(next.found).toEqual(['c', 'd']);
  });
});
