import { mockServices } from '@backstage/backend-test-utils';
import type { ArgoApplication } from '../hub/types';
import { ApplicationIndex } from './ApplicationIndex';
import { digestOfRecord } from './digest';
import { ListComparer } from './ListComparer';
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
  const compare = async (
    listed: ArgoApplication[],
    asked = performance.now(),
    part = { list: 1 },
  ) => {
    const comparer = new ListComparer({
      context,
      index,
      status: {
        skip: ({ name }: { name: string }) => skipped.push(name),
      } as never,
      listsRevision: true,
      list: part.list,
    });
    for (const one of listed) {
      await comparer.see(one, asked);
    }
    const missing = index.notListed({
      list: part.list,
      moment: asked,
      covered: () => true,
    });
    return { differing: [...comparer.differing.values()], missing, comparer };
  };
  return { index, compare, skipped };
}

const names = (found: { name: string }[]) => found.map(({ name }) => name);

describe('ListComparer', () => {
  it('finds nothing where list and store agree', async () => {
    const { compare } = given([application('a'), application('b')]);
    expect(await compare([application('b'), application('a')])).toMatchObject({
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
    expect(found).toMatchObject({ differing: [], missing: [] });
  });

  it('believes the list over an event that came before it was asked for', async () => {
    const { compare, index } = given([application('a')]);
    index.touch('argocd/a');
    await new Promise(resolve => setTimeout(resolve, 2));
    const found = await compare([application('a', 'Degraded')]);
    expect(names(found.differing)).toEqual(['a']);
  });

  it('believes the later of two parts that name the same application', async () => {
    const { compare } = given([application('a'), application('b')]);
    const found = await compare([
      application('a', 'Degraded'),
      application('b'),
      application('a'),
      application('b', 'Degraded'),
    ]);
    expect(names(found.differing)).toEqual(['b']);
    expect(found.missing).toEqual([]);
  });

  it('judges the absence of applications of covered projects only', async () => {
    const { compare, index } = given([application('a')]);
    index.set('argocd/b', { digest: 'x', project: 'other' });
    index.set('argocd/c', { digest: 'x', project: 'third' });
    await compare([application('a')], performance.now(), { list: 7 });
    const missing = (covered: string[], list = 7) =>
      index.notListed({
        list,
        moment: performance.now(),
        covered: project => covered.includes(project),
      });
    expect(missing(['default', 'other'])).toEqual(['argocd/b']);
    expect(missing(['default'], 8)).toEqual(['argocd/a']);
    expect(missing([])).toEqual([]);
  });

  it('names what it cannot read, and does not take it for missing', async () => {
    const { compare, skipped } = given([application('a')]);
    const broken = application('a') as any;
    broken.metadata.namespace = 7;
    const found = await compare([
      application('a'),
      broken,
      { metadata: null } as never,
      undefined as never,
    ]);
    expect(skipped).toEqual(['a', '', '']);
    expect(found).toMatchObject({ differing: [], missing: [] });
    expect([...found.comparer.unreadable]).toEqual(['/a', '/']);
  });
});
