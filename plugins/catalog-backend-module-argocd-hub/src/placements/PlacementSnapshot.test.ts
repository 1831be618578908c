import type { Placements } from 'backstage-plugin-argocd-hub-common';
import { placement } from '../__testUtils__/FakeHub';
import { PlacementSnapshot } from './PlacementSnapshot';

const AGENT = 'component:default/agent';

function answer(overrides: Partial<Placements>): Placements {
  return {
    ...{ cursor: 'a.1', complete: true, trustworthy: true, items: [] },
    ...overrides,
  };
}

function before(...clusters: string[]) {
  return { clusters, environments: clusters };
}

describe('PlacementSnapshot', () => {
  it('repeats what was before until something is known', () => {
    const snapshot = new PlacementSnapshot();
    expect(snapshot.placedOn(AGENT, before('prod'))).toEqual(before('prod'));
    expect(snapshot.placedOn(AGENT, undefined)).toBeUndefined();
  });

  it('tells which entities moved', () => {
    const snapshot = new PlacementSnapshot();
    expect(
      snapshot.apply(
        answer({ items: [placement('agent', 'a'), placement('other', 'a')] }),
      ),
    ).toEqual([AGENT, 'component:default/other']);
    expect(
      snapshot.apply(
        answer({ complete: false, items: [placement('agent', 'a', 'b')] }),
      ),
    ).toEqual([AGENT]);
    expect(
      snapshot.apply(answer({ items: [placement('agent', 'a', 'b')] })),
    ).toEqual(['component:default/other']);
    expect(
      snapshot.apply(answer({ complete: false, items: [placement('agent')] })),
    ).toEqual([AGENT]);
    expect([...snapshot.refs()]).toEqual([]);
  });

  it.each([
    {
      what: 'is sure',
      answer: answer({ items: [placement('agent', 'b')] }),
      clusters: ['b'],
      environments: ['b'],
    },
    {
      what: 'is sure that there is nothing',
      answer: answer({}),
      clusters: undefined,
    },
    {
      what: 'may lack all',
      answer: answer({
        trustworthy: false,
        items: [placement('agent', 'b')],
      }),
      clusters: ['a', 'b', 'c'],
      environments: ['b', 'a', 'c'],
    },
    {
      what: 'may lack one',
      answer: answer({
        trustworthy: false,
        settled: ['a', 'b'],
        items: [placement('agent', 'b')],
      }),
      clusters: ['b', 'c'],
      environments: ['b', 'a', 'c'],
    },
    {
      what: 'lacks nothing that matters here',
      answer: answer({
        trustworthy: false,
        settled: ['a', 'b', 'c'],
        items: [placement('agent', 'b')],
      }),
      clusters: ['b'],
      environments: ['b'],
    },
  ])(
    'knows where an entity is that was on a and c, when it $what',
    ({ answer: given, clusters, environments }) => {
      const snapshot = new PlacementSnapshot();
      snapshot.apply(given);
      const placed = snapshot.placedOn(AGENT, before('a', 'c'));
      expect(placed?.clusters).toEqual(clusters);
      expect(placed?.environments).toEqual(environments);
    },
  );
});
