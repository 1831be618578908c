import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { answer, cluster, deployment } from '../../dev/fixtures/build';
import { EntityPages } from './EntityPages';

/** Two pages of an entity that a test can change, and what was asked for. */
function setUp() {
  const page = (name: string, version: string, nextCursor?: string) =>
    answer({
      deployments: [deployment(name)],
      clusters: [cluster(name)],
      changes: { version, nextCursor },
    });
  const served: Record<string, EntityDeployments> = {
    first: page('a', 'a1', 'after-a'),
    'after-a': page('b', 'b1'),
  };
  const asked: string[] = [];
  const api = {
    getEntityDeployments: async (
      _ref: string,
      options: { cursor?: string; ifVersion?: string } = {},
    ) => {
      const { cursor = 'first', ifVersion } = options;
      asked.push(`${cursor} ${ifVersion ?? '-'}`);
      const found = served[cursor];
      if (!found) {
        throw new Error(`Invalid cursor ${cursor}`);
      }
      return found.version === ifVersion ? undefined : found;
    },
  };
  const pages = new EntityPages(api, 'component:default/agent');
  return {
    ...{ pages, page, served },
    load: () => pages.load({ signal: new AbortController().signal }),
    askedFor: () => asked.splice(0),
  };
}

const clustersOf = ({ deployments }: EntityDeployments) =>
  deployments.map(({ name }) => name);

describe('EntityPages', () => {
  it('reads the first page alone until more is wanted, and then all', async () => {
    const { pages, load, askedFor } = setUp();
    const first = await load();
    expect(first.nextCursor).toBe('after-a');
    expect(askedFor()).toEqual(['first -']);

    pages.wantMore();
    const both = await load();
    expect(clustersOf(both)).toEqual(['agent-a', 'agent-b']);
    expect(both.clusters.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(both.nextCursor).toBeUndefined();
    expect(askedFor()).toEqual(['first a1', 'after-a -']);

    expect(await load()).toBe(both);
    expect(askedFor()).toEqual(['first a1', 'after-a b1']);
  });

  it('finds what changes on a later page alone', async () => {
    const { pages, load, served, page } = setUp();
    await load();
    pages.wantMore();
    await load();
    served['after-a'] = page('c', 'b2');
    expect(clustersOf(await load())).toEqual(['agent-a', 'agent-c']);
  });

  it('holds no version against a page that begins elsewhere', async () => {
    const { pages, load, served, page, askedFor } = setUp();
    await load();
    pages.wantMore();
    await load();
    askedFor();
    served.first = page('a', 'a2', 'after-x');
    served['after-x'] = page('y', 'b1');
    expect(clustersOf(await load())).toEqual(['agent-a', 'agent-y']);
    expect(askedFor()).toEqual(['first a1', 'after-x -']);
  });

  it('shows a row once that moved between two requests', async () => {
    const { pages, load, served, page } = setUp();
    served['after-a'] = page('a', 'b1');
    await load();
    pages.wantMore();
    expect(clustersOf(await load())).toEqual(['agent-a']);
  });

  it('asks for all anew after a page failed', async () => {
    const { pages, load, served, page, askedFor } = setUp();
    await load();
    pages.wantMore();
    served.first = page('a', 'a2', 'gone');
    await expect(load()).rejects.toThrow('Invalid cursor gone');
    askedFor();
    served.first = page('a', 'a3');
    expect(clustersOf(await load())).toEqual(['agent-a']);
    expect(askedFor()).toEqual(['first a1']);
  });
});
