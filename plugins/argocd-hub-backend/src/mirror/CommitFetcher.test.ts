import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { HubError } from '../hub/HubError';
import { createStore, HUB } from '../store/__testUtils__/storeOn';
import { commitKey } from '../store/CommitStore';
import { applicationRecord } from '../testing/records';
import { CommitFetcher } from './CommitFetcher';
import type { MirrorContext } from './MirrorContext';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const repoUrl = 'https://github.com/example/agent';
const commit = { author: 'Ada', date: '2026-01-01T00:00:00Z', message: 'Fix' };

describe.each(databases.eachSupportedId())('CommitFetcher on %p', id => {
  const start = async (
    revisionMetadata: (wanted: { revision: string }) => Promise<unknown>,
  ) => {
    const store = await createStore(await databases.init(id));
    const asked = jest.fn(revisionMetadata);
    const fetcher = new CommitFetcher({
      hub: { name: HUB },
      lease: await store.leases.acquire(HUB),
      store,
      client: { revisionMetadata: asked },
      logger: mockServices.logger.mock(),
      signal: new AbortController().signal,
      changed: () => {},
    } as unknown as MirrorContext);
    const want = async (...revisions: string[]) => {
      fetcher.want(
        revisions.map(revision =>
          applicationRecord('a', { sources: [{ repoUrl, revision }] }),
        ),
      );
      await fetcher.settled();
    };
    const stored = async (revision: string) =>
      (await store.commits.get([{ repoUrl, revision }])).get(
        commitKey(repoUrl, revision),
      );
    return { store, asked, want, stored };
  };

  it('fetches a commit once, however often it is wanted', async () => {
    const { store, asked, want, stored } = await start(async () => commit);
    const get = jest.spyOn(store.commits, 'get');
    await want('1', '1', '2');
    await want('1', '2');
    expect(asked).toHaveBeenCalledTimes(2);
    // Nor is the store asked again.
    expect(get).toHaveBeenCalledTimes(1);
    expect(await stored('1')).toEqual(commit);
  });

  it('keeps no login that somebody committed with', async () => {
    const { want, stored } = await start(async () => ({
      ...commit,
      author: 'Ada <https://ada:s3cret@mail.example>',
      message: `${'m'.repeat(
        980,
      )} https://u:s3cret@git.example/a?access_token=s3cret`,
    }));
    await want('1');
    const kept = (await stored('1'))!;
    expect(kept.author).toBe('Ada <https://mail.example>');
    expect(kept.message).toHaveLength(1_000);
    expect(JSON.stringify(kept)).not.toMatch(/s3c/);
  });

  it.each([
    ['a word', 'yesterday'],
    ['NUL', '2026-01-01T00:00:00Z\0'],
    ['a number', 7],
    ['10 kB', '2'.repeat(10_000)],
  ])('keeps none whose moment is %s', async (_what, date) => {
    const { want, stored } = await start(async () => ({ ...commit, date }));
    await want('1');
    expect(await stored('1')).toBeUndefined();
  });

  it('asks again for one that could not be had, not for one that is missing', async () => {
    const answers: (() => unknown)[] = [
      () => {
        throw new HubError({ class: 'http', status: 403, message: 'a front' });
      },
      () => undefined,
      () => commit,
    ];
    const { asked, want } = await start(async () => answers.shift()!());
    await want('1');
    expect(asked).toHaveBeenCalledTimes(1);
    await want('1');
    expect(asked).toHaveBeenCalledTimes(2);
    await want('1');
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks again for one that could not be stored', async () => {
    const { store, want, stored } = await start(async () => commit);
    jest
      .spyOn(store.commits, 'put')
      .mockRejectedValueOnce(new Error('connect ECONNREFUSED'));
    await want('1');
    expect(await stored('1')).toBeUndefined();
    await want('1');
    expect(await stored('1')).toEqual(commit);
  });

  it('asks later for what was wanted while too many waited', async () => {
    const { store, want, stored } = await start(async ({ revision }) =>
      revision === 'late' ? commit : undefined,
    );
    const lease = (await store.leases.acquire(HUB))!;
    const late = applicationRecord('late', {
      sources: [{ repoUrl, revision: 'late' }],
    });
    await store.applications.apply({
      lease,
      hub: HUB,
      upserts: [late],
      removals: [],
    });
    const many = Array.from({ length: 10_000 }, (_, at) => `${at}`);
    await Promise.all([want(...many), want('late')]);
    expect(await stored('late')).toEqual(commit);
  });
});
