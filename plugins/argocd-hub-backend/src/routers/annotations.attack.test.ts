import { TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import request from 'supertest';
import {
  agentOn,
  as,
  component,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(120_000);

const SELECTING = [
  'argocd/app-name',
  'argocd-hub/applicationset',
  'argocd/app-selector',
  'argocd/project-name',
  'backstage.io/kubernetes-id',
];
const NARROWING = ['argocd/instance-name', 'argocd/app-namespace'];

/** What no database, query or log should stumble over. */
const VALUES: Record<string, string> = {
  NUL: 'agent\0',
  'NUL alone': '\0',
  'half a character': 'agent\ud800',
  'a million characters': 'a'.repeat(1_000_000),
  'many names': Array.from({ length: 70_000 }, (_, n) => `a${n}`).join(','),
  'line breaks': 'agent\n\r\u2028prod',
  'a wide letter': '\uff41gent',
  'a letter that lowers to another': 'AGENT\u212a',
  SQL: "x'); drop table applications; --",
  'a key of JavaScript': '__proto__',
  'many values': `app in (${Array.from({ length: 300 }, (_, n) => `v${n}`).join(
    ',',
  )})`,
  'many terms': Array.from({ length: 400 }, (_, n) => `k${n}=a`).join(','),
  'many negative terms': `app=x,${Array.from(
    { length: 300 },
    (_, n) => `!k${n}`,
  ).join(',')}`,
};

const NAMES = Object.keys(VALUES);
const hostile: Entity[] = [
  ...SELECTING.flatMap((key, at) =>
    NAMES.map((name, of) =>
      component(`hostile-${at}-${of}`, { [key]: VALUES[name] }),
    ),
  ),
  ...NARROWING.flatMap((key, at) =>
    NAMES.map((name, of) =>
      component(`narrow-${at}-${of}`, {
        'argocd/app-name': 'agent-prod',
        [key]: VALUES[name],
      }),
    ),
  ),
];
const GOOD = component('good', { 'argocd/app-selector': 'app=agent' });
const refOf = ({ metadata }: Entity) => `component:default/${metadata.name}`;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('hostile annotations on %p', id => {
  describe.each([
    ['read in bulk', true],
    ['read one by one', false],
  ])('%s', (_how, isMapped) => {
    let started: Awaited<ReturnType<typeof startRouter>>;

    beforeAll(async () => {
      started = await startRouter({
        databases: { knex: await databases.init(id) },
        entities: [GOOD, ...hostile],
      });
      await started.fill.hub();
      await started.fill.clusters('prod');
      await started.fill.applications(agentOn('prod'));
      if (isMapped) await started.mapping.sync();
    });

    afterAll(() => started.stop());

    const get = (path: string) =>
      request(started.server).get(`/api/argocd-hub${path}`).set(as.owner);

    it.each(['deployments', 'explain', 'history'])(
      'cost nobody an answer at %s',
      async route => {
        const failed: string[] = [];
        for (const { metadata } of hostile) {
          const path = `/entities/component/default/${metadata.name}/${route}`;
          const { status, text } = await get(path);
          if (status !== 200) {
            failed.push(`${metadata.name}: ${status} ${text.slice(0, 300)}`);
          }
        }
        expect(failed).toEqual([]);
      },
    );

    it.each(['NUL', 'half a character', 'a million characters', 'many names'])(
      'are refused, and widen nothing: %s',
      async value => {
        const of = NAMES.indexOf(value);
        for (const [at, key] of [...NARROWING, ...SELECTING].entries()) {
          const entity =
            at < NARROWING.length
              ? `narrow-${at}-${of}`
              : `hostile-${at - NARROWING.length}-${of}`;
          const path = `/entities/component/default/${entity}`;
          const { body, text } = await get(`${path}/deployments`);
          expect(body.deployments).toEqual([]);
          expect(body.refused).toEqual([expect.objectContaining({ key })]);
          expect(text.length).toBeLessThan(5_000);
        }
      },
    );

    it('take no roll-up from their neighbours', async () => {
      const refs = [GOOD, ...hostile].map(refOf);
      const { status, body } = await request(started.server)
        .post('/api/argocd-hub/entities/deployments/by-refs')
        .set(as.owner)
        .send({ entityRefs: refs });
      expect(status).toBe(200);
      expect(body.items[0]).toMatchObject({ deployments: 1 });
      expect(body.items).not.toContain(null);
    });

    it('take no row from lists', async () => {
      for (const path of ['/deployments', '/clusters/main/prod/deployments']) {
        const { status, body } = await get(path);
        expect(status).toBe(200);
        expect(body.items).toHaveLength(1);
      }
      const { status } = await request(started.server)
        .get('/api/argocd-hub/placements')
        .set(as.service);
      expect(status).toBe(200);
    });
  });
});
