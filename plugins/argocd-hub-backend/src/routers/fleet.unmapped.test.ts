import { TestDatabases } from '@backstage/backend-test-utils';
import request from 'supertest';
import { applicationRecord } from '../testing/records';
import { AGENT, agentOn, as, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const unmapped = (name: string, cluster: string, project = 'default') =>
  applicationRecord(name, {
    destination: { namespace: 'x', name: cluster },
    project,
  });

describe.each(databases.eachSupportedId())('what is unmapped on %p', id => {
  let started: Awaited<ReturnType<typeof startRouter>>;

  beforeEach(async () => {
    const knex = await databases.init(id);
    started = await startRouter({ databases: { knex }, entities: [AGENT] });
    const { fill, mapping } = started;
    await fill.hub();
    await fill.clusters('dr', 'prod', 'staging');
    await fill.applications(
      ...Array.from({ length: 1_200 }, (_, index) =>
        agentOn('prod', { name: `agent-${index}` }),
      ),
      unmapped('Z', 'staging'),
      unmapped('a', 'staging'),
      unmapped('b', 'prod', 'shop'),
      unmapped('lost', 'nowhere'),
    );
    await mapping.sync();
  });

  afterEach(() => started.stop());

  async function ask(query = '') {
    const { body } = await request(started.server)
      .get(`/api/argocd-hub/deployments?unmapped=true${query}`)
      .set(as.owner);
    const names: string[] = body.items.map((it: { name: string }) => it.name);
    return { names, next: body.nextCursor as string | undefined };
  }

  it('is told in the order of the fleet, page by page', async () => {
    const names: string[] = [];
    let cursor = '';
    do {
      const page = await ask(`&limit=1${cursor}`);
      names.push(...page.names);
      cursor = page.next ? `&cursor=${page.next}` : '';
    } while (cursor);
    expect(names).toEqual(['Z', 'a', 'b', 'lost']);
    expect((await ask('&project=shop')).names).toEqual(['b']);
  });

  it('is found without reading what is mapped', async () => {
    await ask();
    const read: number[] = [];
    started.knex.on('query-response', (rows: unknown, { sql }) => {
      if (/body.* from .applications. /.test(sql)) {
        read.push((rows as unknown[]).length);
      }
    });
    expect((await ask()).names).toHaveLength(4);
    expect(read).toEqual([4]);
  });

  it('is not asked for a few at a time where most of it has been mapped since', async () => {
    const { fill, knex } = started;
    const COUNT = 1_400;
    await fill.applications(
      ...Array.from({ length: COUNT }, (_, index) =>
        unmapped(`new-${index}`, 'prod'),
      ),
    );
    expect((await ask('&limit=1')).names).toEqual(['Z']);
    await fill.applications(
      ...Array.from({ length: COUNT }, (_, index) =>
        agentOn('prod', { name: `new-${index}` }),
      ),
    );
    let statements = 0;
    knex.on('query', ({ sql }: { sql: string }) => {
      statements += /from .applications. .*.key. in \(/.test(sql) ? 1 : 0;
    });
    const { names, next } = await ask('&limit=3');
    expect(names).toEqual(['Z', 'a', 'b']);
    expect((await ask(`&limit=3&cursor=${next}`)).names).toEqual(['lost']);
    // 500 applications each, and those of the last page.
    expect(statements).toBeLessThanOrEqual(6);
  });

  it('is left out where it is mapped, gone or elsewhere since it was looked for', async () => {
    await ask();
    const { fill } = started;
    await fill.applications(unmapped('a', 'prod'), agentOn('staging'));
    await fill.applications(agentOn('staging', { name: 'Z' }));
    await fill.remove('lost');
    expect((await ask()).names).toEqual(['b']);
    expect((await ask('&cluster=staging')).names).toEqual([]);
  });
});
