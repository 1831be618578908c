import type { Placements } from 'backstage-plugin-argocd-hub-common';
import type { Call } from '../measure/http';
import { PlacementReader } from './PlacementReader';

const entity = (name: string, ...clusters: string[]) => ({
  ...{ name, clusters },
  annotations: {},
});
const placement = (name: string, ...clusters: string[]) => ({
  ...{ entityRef: `component:default/${name}`, clusters },
  environments: [],
});

/** Reads one answer after the other. */
async function after(...answers: Partial<Placements>[]) {
  const asked: string[] = [];
  const left = [...answers];
  const http = {
    async json<T>({ path }: Call) {
      asked.push(path);
      return { cursor: `a ${asked.length}`, ...left.shift() } as T;
    },
  };
  const reader = new PlacementReader(http);
  for (const _ of answers) await reader.read();
  return { reader, asked };
}

describe('PlacementReader', () => {
  const wanted = [entity('cart', 'one', 'two'), entity('shop', 'one')];

  it.each([
    { what: 'nothing', items: [], placed: 0, right: 0 },
    {
      what: 'others only, which applications named',
      items: [placement('other', 'one')],
      ...{ placed: 0, right: 0 },
    },
    {
      what: 'a cluster too few',
      items: [placement('cart', 'one'), placement('shop', 'one')],
      ...{ placed: 2, right: 1 },
    },
    {
      what: 'a cluster too many',
      items: [placement('cart', 'one', 'two'), placement('shop', 'one', 'two')],
      ...{ placed: 2, right: 1 },
    },
    {
      what: 'all',
      items: [placement('cart', 'one', 'two'), placement('shop', 'one')],
      ...{ placed: 2, right: 2 },
    },
  ])('after $what counts $placed and $right', async options => {
    const { items, placed, right } = options;
    const { reader } = await after({ complete: true, items });
    expect(reader.placed(wanted)).toBe(placed);
    expect(reader.placedRight(wanted)).toBe(right);
  });

  it('never counts what belongs nowhere', async () => {
    const { reader } = await after({ complete: true, items: [] });
    expect(reader.placedRight([entity('nowhere')])).toBe(0);
  });

  it('asks for what is new, and forgets all when it gets everything', async () => {
    const { reader, asked } = await after(
      { complete: true, items: [placement('cart', 'one', 'two')] },
      { complete: false, items: [placement('shop', 'one')] },
    );
    expect(asked).toEqual([
      '/api/argocd-hub/placements',
      '/api/argocd-hub/placements?since=a%201',
    ]);
    expect(reader.placedRight(wanted)).toBe(2);
    const { reader: anew } = await after(
      { complete: true, items: [placement('cart', 'one', 'two')] },
      { complete: true, items: [] },
    );
    expect(anew.placed(wanted)).toBe(0);
  });
});
