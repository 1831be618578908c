import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { DAY } from './__testUtils__/changesOn';
import { createStore, HUB, names, storeOn } from './__testUtils__/storeOn';
import type { ApplicationSelection } from './ApplicationStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const GONE = applicationRecord('a', {
  applicationSet: 'fleet',
  project: 'shop',
  labels: { tier: 'web', env: 'prod' },
  annotations: { 'backstage.io/entity-ref': 'component:default/a' },
});
const BY_NAME: ApplicationSelection = { match: { kind: 'name', name: 'a' } };

describe.each(databases.eachSupportedId())(
  'applications that are gone on %p',
  id => {
    it.each<[string, ApplicationSelection]>([
      ['name', BY_NAME],
      ['set', { match: { kind: 'application-set', name: 'fleet' } }],
      [
        'annotation',
        {
          match: {
            kind: 'key',
            key: 'backstage.io/entity-ref',
            value: 'component:default/a',
          },
        },
      ],
      [
        'labels',
        {
          match: {
            kind: 'labels',
            terms: [
              { key: 'tier', operator: 'in', values: ['web'] },
              { key: 'env', operator: 'notin', values: ['dev'] },
              { key: 'other', operator: 'not-exists' },
            ],
          },
        },
      ],
      ['project', { project: 'shop', match: { kind: 'labels', terms: [] } }],
    ])('are found by their %s', async (_, selection) => {
      const { store, apply } = await storeOn(databases, id);
      await apply([GONE, applicationRecord('b')]);
      expect(await store.applications.selectGone(selection)).toEqual([]);

      await apply([], ['a', 'b']);

      const { hub, namespace, name, project, applicationSet } = GONE;
      const { labels, annotations, sources } = GONE;
      expect(await store.applications.selectGone(selection)).toEqual([
        {
          ...{ hub, namespace, name, project, applicationSet },
          ...{ labels, annotations, sources },
        },
      ]);
      expect(
        await store.applications.selectGone({ ...selection, hubs: ['other'] }),
      ).toEqual([]);
    });

    it('are each found once, and by no selection none', async () => {
      const { store, apply } = await storeOn(databases, id);
      await apply([GONE]);
      await apply([], ['a']);
      expect(
        await store.applications.selectGone(BY_NAME, {
          match: { kind: 'application-set', name: 'fleet' },
        }),
      ).toHaveLength(1);
      expect(await store.applications.selectGone()).toEqual([]);
    });

    it('are not gone when they come back, and are what they were last when they go again', async () => {
      const { store, apply } = await storeOn(databases, id);
      const find = async () =>
        (await store.applications.selectGone(BY_NAME)).map(
          ({ labels }) => labels,
        );
      await apply([GONE]);
      await apply([], ['a']);
      await apply([applicationRecord('a', { labels: { tier: 'db' } })]);
      expect(await find()).toEqual([]);

      await apply([], ['a']);

      expect(await find()).toEqual([{ tier: 'db' }]);
      expect(
        await store.applications.selectGone({
          match: { kind: 'key', key: 'tier', value: 'web' },
        }),
      ).toEqual([]);
    });

    it('are kept when their hub is forgotten', async () => {
      const { store, apply, lease } = await storeOn(databases, id);
      await apply([GONE]);
      await store.leases.release(lease);
      expect(await store.hubs.forgetOthers([], { keptMs: 0 })).toEqual([HUB]);
      expect(names(await store.applications.selectGone(BY_NAME))).toEqual([
        'a',
      ]);
    });

    it('are forgotten with their changes, a few at a time', async () => {
      const { knex, store, apply } = await storeOn(databases, id);
      await apply(['a', 'b', 'c'].map(name => applicationRecord(name)));
      await apply([], ['a', 'b', 'c']);
      await knex('gone_applications')
        .whereIn('name', ['a', 'b'])
        .update({ gone_at: Date.now() - 3 * DAY });
      await knex('gone_applications')
        .where({ name: 'c' })
        .update({ gone_at: Date.now() - DAY });
      expect(await store.changes.forgetOld({ limit: 9 })).toBe(0);

      const soon = await createStore(knex, { changesKeptMs: 2 * DAY });

      expect(await soon.changes.forgetOld({ limit: 1 })).toBe(1);
      expect(await soon.changes.forgetOld({ limit: 9 })).toBe(1);
      expect(await soon.changes.forgetOld({ limit: 9 })).toBe(0);
      expect(await knex('gone_applications').pluck('name')).toEqual(['c']);
      expect(await knex('gone_application_labels').select()).toEqual([]);
    });
  },
);
