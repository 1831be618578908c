import { gunzipSync } from 'node:zlib';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { encodeCursor } from '../paging';
import { agentOn, NOW } from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import { answersOn, ENTITY, reader } from './__testUtils__/answersOn';
import type { EntityAnswers } from './EntityAnswers';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const credentials = mockCredentials.user();
/** Three pages, with the three that `answersOn` has. */
const MANY = 1_000;
const COMMIT = {
  repoUrl: 'https://github.com/example/agent',
  revision: 'abc',
};
const AT_COMMIT = { sources: [{ ...COMMIT, path: 'chart' }] };

const nameOf = (index: number) => `many-${`${index}`.padStart(4, '0')}`;
const one = (index: number, overrides: Parameters<typeof agentOn>[1] = {}) =>
  agentOn('staging', { name: nameOf(index), ...overrides });

async function startMany(
  id: ReturnType<TestDatabases['eachSupportedId']>[number][0],
) {
  const on = await answersOn(databases, id);
  await on.fill.applications(
    ...Array.from({ length: MANY }, (_, index) =>
      one(index, index === 700 ? AT_COMMIT : {}),
    ),
  );
  return on;
}

type Started = Awaited<ReturnType<typeof startMany>>;

async function pageOf(
  answers: EntityAnswers,
  cursor?: string,
): Promise<EntityDeployments> {
  const answer = cursor
    ? await answers.next(ENTITY, credentials, cursor)
    : await answers.first(ENTITY, credentials);
  return JSON.parse(gunzipSync(answer!.gzip).toString());
}

async function pagesOf(answers: EntityAnswers): Promise<EntityDeployments[]> {
  const pages = [await pageOf(answers)];
  let cursor = pages[0].nextCursor;
  while (cursor) {
    const page = await pageOf(answers, cursor);
    pages.push(page);
    cursor = page.nextCursor;
  }
  return pages;
}

async function pagesAnew({ knex, clock }: Started) {
  return pagesOf(reader(await createStore(knex), clock).answers);
}

/** As if a page had ended there. */
const cursorAt = (name: string) =>
  encodeCursor('entity-deployments', {
    ...{ hub: 'main', namespace: 'argocd', name },
    ...{ environment: 'staging', cluster: 'staging' },
  });

/** What is asked while this is done, but whether anything changed. */
async function askedBy({ knex }: Started, work: () => Promise<unknown>) {
  const asked: string[] = [];
  const note = ({ sql }: { sql: string }) => asked.push(sql);
  knex.on('query', note);
  await work();
  knex.removeListener('query', note);
  return asked.filter(sql => !sql.includes('revisions'));
}

describe.each(databases.eachSupportedId())('later pages on %p', id => {
  it('ask the database nothing while nothing changes', async () => {
    const on = await startMany(id);
    const { answers } = on.reader;
    const before = await pagesOf(answers);
    expect(before.map(({ deployments }) => deployments.length)).toEqual([
      500, 500, 3,
    ]);
    expect(await askedBy(on, async () => pagesOf(answers))).toEqual([]);
    expect(await pagesOf(answers)).toEqual(before);
  });

  it('are read once for all who ask at the same time', async () => {
    const on = await startMany(id);
    const { answers } = on.reader;
    const { nextCursor } = await pageOf(answers);
    const selected = jest.spyOn(on.store.applications, 'selectUnless');
    const [first, second] = await Promise.all([
      pageOf(answers, nextCursor),
      pageOf(answers, nextCursor),
    ]);
    expect(second).toEqual(first);
    expect(selected).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (on: Started) => Promise<unknown> | unknown]>([
    [
      'an application',
      ({ fill }) => fill.applications(one(600, { health: 'Degraded' })),
    ],
    ['an application that goes', ({ fill }) => fill.remove(nameOf(0))],
    ['the verdict of a cluster', ({ fill }) => fill.breakCluster('staging')],
    [
      'claims',
      ({ claim }) => claim({ 'argocd/app-selector': 'app in (agent, x)' }),
    ],
    ['a hub that is stale', ({ fill }) => fill.hub(3_600_000)],
    [
      'a commit',
      async ({ store, clock }) => {
        await store.commits.put({
          lease: (await store.leases.acquire('main'))!,
          ...COMMIT,
          commit: {
            author: 'Ada',
            message: 'Fix',
            date: '2026-01-01T00:00:00Z',
          },
        });
        clock.now += 500;
      },
    ],
  ])('tell of %s', async (_, change) => {
    const on = await startMany(id);
    const { answers } = on.reader;
    const before = await pagesOf(answers);
    await change(on);
    const after = await pagesOf(answers);
    expect(after[1].version).not.toBe(before[1].version);
    expect(after).toEqual(await pagesAnew(on));
  });

  it('are not read again for an application of others', async () => {
    const on = await startMany(id);
    const { answers } = on.reader;
    const write = async (image: string) =>
      on.fill.applications(
        agentOn('prod', { name: 'other', labels: {}, images: [image] }),
      );
    await write('x:1');
    await pagesOf(answers);
    await write('x:2');
    // From here on it is known what is written.
    await pageOf(answers);
    const selected = jest.spyOn(on.store.applications, 'selectUnless');

    await write('x:3');

    expect(await pagesOf(answers)).toEqual(await pagesAnew(on));
    expect(selected).not.toHaveBeenCalled();
  });

  it('have the newest contact and heartbeats without a new version', async () => {
    const on = await startMany(id);
    const { answers } = on.reader;
    const before = await pagesOf(answers);
    await on.fill.hub(500);
    await on.fill.heartbeatAt('staging', NOW - 1_000);
    const after = await pagesOf(answers);
    expect(after[1].version).toBe(before[1].version);
    expect(after[1]).not.toEqual(before[1]);
    expect(after).toEqual(await pagesAnew(on));
  });

  it('are no more than one entity can have, wherever they begin', async () => {
    const on = await startMany(id);
    const { answers } = on.reader;
    await pageOf(answers);
    const readFrom = async (first: number) => {
      for (let index = first; index < first + 10; index += 1) {
        await pageOf(answers, cursorAt(nameOf(index)));
      }
    };
    await readFrom(0);
    const full = answers.bytes;
    await readFrom(10);
    await readFrom(20);
    expect(answers.bytes).toBeLessThan(full * 1.2);
    expect(await askedBy(on, async () => pageOf(answers))).toEqual([]);
  });

  it('are refused where they begin nowhere', async () => {
    const { reader: on } = await answersOn(databases, id);
    await expect(pageOf(on.answers, 'bm9uZQ')).rejects.toThrow(
      "Invalid 'cursor'",
    );
  });
});
