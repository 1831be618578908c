import { mockServices } from '@backstage/backend-test-utils';
import type { ArgoApplication } from '../hub/types';
import { ApplicationIndex } from './ApplicationIndex';
import { digestOfRecord } from './digest';
import { compareList } from './ListComparer';
import type { MirrorContext } from './MirrorContext';
import { trim } from './trim';

const annotations: string[] = [];
const context = {
  hub: { name: 'main' },
  annotations,
  logger: mockServices.logger.mock(),
} as unknown as MirrorContext;

const application = (name: string, health = 'Healthy'): ArgoApplication => ({
  metadata: { name, namespace: 'argocd' },
  status: { sync: { status: 'Synced' }, health: { status: health } },
});

function given(stored: ArgoApplication[]) {
  const index = new ApplicationIndex();
  for (const one of stored) {
    const record = trim(one, { hub: 'main', annotations });
    index.set(`argocd/${one.metadata.name}`, {
      digest: digestOfRecord(record, { revision: true }),
      project: 'default',
    });
  }
  const skipped: string[] = [];
  const compare = (listed: ArgoApplication[], asked = performance.now()) =>
    compareList({
      context,
      index,
      status: {
        skip: ({ name }: { name: string }) => skipped.push(name),
      } as never,
      listed,
      listsRevision: true,
      asked,
    });
  return { index, compare, skipped };
}

const names = (found: { name: string }[]) => found.map(({ name }) => name);

describe('compareList', () => {
  it('finds nothing where list and store agree', async () => {
    const { compare } = given([application('a'), application('b')]);
    expect(await compare([application('b'), application('a')])).toEqual({
      differing: [],
      missing: [],
    });
  });

  it('finds what is new, what differs and what is missing', async () => {
    const { compare } = given([application('a'), application('b')]);
    const found = await compare([
      application('b', 'Degraded'),
      application('c'),
    ]);
    expect(names(found.differing)).toEqual(['b', 'c']);
    expect(found.missing).toEqual(['argocd/a']);
  });

  it('leaves alone what the stream spoke of since the list was asked for', async () => {
    const { compare, index } = given([application('a'), application('b')]);
    const asked = performance.now();
    index.touch('argocd/a');
    index.touch('argocd/b');
    index.touch('argocd/deleted-meanwhile');
    const found = await compare(
      [application('a', 'Degraded'), application('deleted-meanwhile')],
      asked,
    );
    expect(found).toEqual({ differing: [], missing: [] });
  });

  it('believes the list over an event that came before it was asked for', async () => {
    const { compare, index } = given([application('a')]);
    index.touch('argocd/a');
    await new Promise(resolve => setTimeout(resolve, 2));
    const found = await compare([application('a', 'Degraded')]);
    expect(names(found.differing)).toEqual(['a']);
  });

  it('does not take an application for missing because it cannot be read', async () => {
    const { compare, skipped } = given([application('a')]);
    const broken = application('a') as any;
    broken.status.conditions = 'broken';
    broken.metadata.namespace = 7;
    const found = await compare([broken, undefined as never]);
    expect(skipped).toEqual(['a', '']);
    // One without a name cannot be asked for singly.
    expect(names(found.differing)).toEqual(['a']);
  });
});
