import { TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import request from 'supertest';
import type { ApplicationRecord } from '../store/ApplicationStore';
import {
  agentOn,
  as,
  component,
  CONFIG,
  hubConfig,
  startRouter,
  StoreFiller,
} from './__testUtils__/startRouter';
import { routesOf } from './__testUtils__/routesOf';

jest.setTimeout(120_000);

const SELECTOR = 'argocd/app-selector';
/** A label that every application has. */
const EVERYWHERE = { 'app.kubernetes.io/managed-by': 'Helm' };
const OWN = ['own-prod'];
const SHOP = ['shop-prod', 'shop-staging'];
const ALL = [...OWN, ...SHOP, 'vault-prod'].sort();

interface Attack {
  annotations: Record<string, string>;
  /** What is shown while every project is for everyone, which is the default. */
  shown?: string[];
  /** What is shown once projects belong to teams. */
  shownOfTeam?: string[];
  /** The annotation that is refused, and that the owner is told of. */
  refused?: string;
}

const refusedSelector = (text: string): Attack => ({
  annotations: { [SELECTOR]: text },
  refused: SELECTOR,
});
const unmatched = (annotations: Record<string, string>): Attack => ({
  annotations,
});

/** Entities of thieves, each of whom claims what belongs to others. */
const ATTACKS: Record<string, Attack> = {
  'a selector of nothing': refusedSelector(''),
  'a selector of blanks': refusedSelector('  '),
  'a selector of commas': refusedSelector(',,'),
  'a label that must be missing': refusedSelector('!no-such-label'),
  'a label that must exist': refusedSelector('app.kubernetes.io/managed-by'),
  'values that must not be': refusedSelector('app notin (nothing)'),
  'a value that must not be': refusedSelector('app!=nothing'),
  'several terms that take everything': refusedSelector('!a,b!=c,d notin (e)'),
  'a selector of SQL': refusedSelector("app in (x')) or 1=1 --"),
  'a selector of regular expressions': refusedSelector('app in (.*)'),
  'a key of JavaScript': unmatched({ [SELECTOR]: 'constructor=Object' }),
  'another key of JavaScript': refusedSelector('__proto__=x'),
  'a set of no values': unmatched({ [SELECTOR]: 'app in ()' }),
  'a label that everything has': {
    annotations: { [SELECTOR]: 'app.kubernetes.io/managed-by=Helm' },
    shown: ALL,
    shownOfTeam: OWN,
  },
  'that label beside a name of its own': {
    annotations: {
      'argocd/app-name': 'own-prod',
      [SELECTOR]: 'app.kubernetes.io/managed-by in (Helm)',
    },
    shown: ALL,
    shownOfTeam: OWN,
  },
  'a refused selector beside a name': {
    annotations: { 'argocd/app-name': 'own-prod', [SELECTOR]: '!x' },
    shown: OWN,
    shownOfTeam: OWN,
    refused: SELECTOR,
  },
  'a name of globs': unmatched({ 'argocd/app-name': '*' }),
  'a name of half a glob': unmatched({ 'argocd/app-name': 'shop-*' }),
  'a name of SQL wildcards': unmatched({ 'argocd/app-name': 'shop-%' }),
  'a name of one SQL wildcard': unmatched({ 'argocd/app-name': 'shop_prod' }),
  'a name of regular expressions': unmatched({ 'argocd/app-name': '.*' }),
  'a list of names': unmatched({ 'argocd/app-name': 'shop-prod,vault-prod' }),
  'a name of SQL': unmatched({ 'argocd/app-name': "x' or '1'='1" }),
  'an ApplicationSet of globs': unmatched({ 'argocd-hub/applicationset': '*' }),
  'the name of an application of others': {
    annotations: { 'argocd/app-name': 'shop-prod' },
    shown: ['shop-prod'],
  },
  'the ApplicationSet of others': {
    annotations: { 'argocd-hub/applicationset': 'shop' },
    shown: SHOP,
  },
  'the project of another team': {
    annotations: { 'argocd/project-name': 'shop' },
    shown: SHOP,
  },
  'a project of globs': unmatched({ 'argocd/project-name': '*' }),
  'the kubernetes-id of somebody else': {
    annotations: { 'backstage.io/kubernetes-id': 'shop' },
    shown: SHOP,
  },
  'a hub that is another team’s': {
    annotations: {
      [SELECTOR]: 'app.kubernetes.io/managed-by=Helm',
      'argocd/instance-name': 'other',
    },
    shown: ['vault-prod'],
  },
  'a hub that is not configured': unmatched({
    [SELECTOR]: 'app.kubernetes.io/managed-by=Helm',
    'argocd/instance-name': 'forgotten',
  }),
  'hubs of globs': unmatched({
    [SELECTOR]: 'app.kubernetes.io/managed-by=Helm',
    'argocd/instance-name': '*',
  }),
};

const NAMES = Object.keys(ATTACKS);
const idOf = (attack: string) => `thief-${NAMES.indexOf(attack)}`;
const pathOf = (attack: string) =>
  `/entities/component/default/${idOf(attack)}`;

const of = (owner: string, entity: Entity): Entity => ({
  ...entity,
  spec: { ...entity.spec, owner },
});

const ENTITIES = [
  of('shop', component('shop', { 'argocd-hub/applicationset': 'shop' })),
  ...NAMES.map(name =>
    of('thieves', component(idOf(name), ATTACKS[name].annotations)),
  ),
];

function shop(cluster: string): ApplicationRecord {
  return agentOn(cluster, {
    name: `shop-${cluster}`,
    project: 'shop',
    applicationSet: 'shop',
    labels: {
      ...EVERYWHERE,
      app: 'shop',
      'backstage.io/kubernetes-id': 'shop',
    },
    annotations: { 'backstage.io/entity-ref': 'component:default/shop' },
  });
}

const APPLICATIONS = [
  agentOn('prod', {
    name: 'own-prod',
    project: 'thieves-own',
    applicationSet: undefined,
    labels: { ...EVERYWHERE, app: 'own' },
  }),
  shop('prod'),
  shop('staging'),
];
/** It is at another hub, and no entity's. */
const VAULT: ApplicationRecord = {
  ...agentOn('prod', {
    name: 'vault-prod',
    project: 'vault',
    labels: EVERYWHERE,
  }),
  hub: 'other',
};

const PROJECTS = {
  'thieves-*': ['group:default/thieves'],
  shop: ['group:default/shop'],
};

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('on %p', id => {
  describe.each([
    ['while every project is for everyone', undefined],
    ['while projects belong to teams', PROJECTS],
  ])('%s, an entity that claims', (_when, projects) => {
    let started: Awaited<ReturnType<typeof startRouter>>;
    const refreshApplication = jest.fn(async () => {});

    beforeAll(async () => {
      started = await startRouter({
        databases: { knex: await databases.init(id) },
        config: {
          hubs: [hubConfig('main'), hubConfig('other')],
          mapping: { ...CONFIG.mapping, projects },
        },
        entities: ENTITIES,
        // Thieves may do with their own entities whatever they like.
        privateEntities: ['component:default/shop'],
        ownerOnly: ['read', 'create', 'update', 'delete']
          .map(action => `argocd-hub.cluster.${action}`)
          .concat('argocd-hub.hub.read'),
        hubClient: { refreshApplication },
      });
      const { fill, store } = started;
      await fill.hub();
      await fill.clusters('prod', 'staging');
      await fill.applications(...APPLICATIONS);
      const other = new StoreFiller(store, 'other');
      await other.hub();
      await other.clusters('prod');
      await other.applications(VAULT);
      await started.mapping.sync();
    });

    afterAll(() => started.stop());

    const get = (path: string, who = as.stranger) =>
      request(started.server).get(`/api/argocd-hub${path}`).set(who);
    const shownOf = (attack: string): string[] => {
      const { shown = [], shownOfTeam = [] } = ATTACKS[attack];
      return projects ? shownOfTeam : shown;
    };
    /** Those that a thief must not learn of. */
    const hiddenFrom = (attack: string) =>
      ALL.filter(name => !shownOf(attack).includes(name));

    it.each(NAMES)('%s is shown what it may claim', async attack => {
      const { status, body } = await get(`${pathOf(attack)}/deployments`);
      expect(status).toBe(200);
      const names = body.deployments.map(({ name }: any) => name);
      expect(names.sort()).toEqual(shownOf(attack));
      expect(body.rollup.deployments).toBe(names.length);
    });

    it.each(NAMES.filter(name => ATTACKS[name].refused))(
      '%s is told that it is refused',
      async attack => {
        const { annotations, refused } = ATTACKS[attack];
        const { body } = await get(`${pathOf(attack)}/deployments`);
        expect(body.refused).toEqual([
          {
            key: refused,
            value: annotations[refused!].trim(),
            refusal: expect.objectContaining({
              code: expect.stringMatching(/^(bad-selector|too-wide)$/),
            }),
          },
        ]);
      },
    );

    it.each(NAMES)('%s is explained what became of it', async attack => {
      const { refused, shown = [] } = ATTACKS[attack];
      const path = `${pathOf(attack)}/explain`;
      const { body } = await get(path);
      const refusals = body.rules.filter((rule: any) => rule.refusal);
      expect(refusals.map(({ key }: any) => key)).toEqual(
        refused ? [refused] : [],
      );
      expect(body.rules).not.toContainEqual(
        expect.objectContaining({ withheld: expect.anything() }),
      );
      // Who may see every cluster learns how many mapping.projects keeps back.
      const ofAll = (await get(path, as.owner)).body.rules;
      const withheld = ofAll.map((rule: any) => rule.withheld ?? 0);
      const kept = shown.filter(name => !shownOf(attack).includes(name));
      expect(Math.max(0, ...withheld)).toBe(kept.length);
    });

    it.each(NAMES)('%s learns no names on any other way', async attack => {
      const reading = routesOf(started.router).filter(route =>
        route.startsWith('GET /entities/:kind/:namespace/:name/'),
      );
      expect(reading).not.toEqual([]);
      for (const route of reading) {
        const path = route.replace(/^GET .*:name/, pathOf(attack));
        const { status, text } = await get(path);
        expect(status).toBe(200);
        const claimed = Object.values(ATTACKS[attack].annotations);
        // Its own words may be repeated to it.
        const told = claimed.reduce(
          (rest, words) => (words ? rest.replaceAll(words, '') : rest),
          text,
        );
        for (const name of hiddenFrom(attack)) {
          expect(told).not.toContain(name);
        }
      }
    });

    it('sees neither fleet nor clusters nor hubs', async () => {
      for (const path of ['/deployments', '/clusters', '/hubs']) {
        expect((await get(path)).status).toBe(403);
      }
    });

    it.each(ALL.filter(name => !OWN.includes(name)))(
      `%s cannot operate it`,
      async name => {
        const hub = name.startsWith('vault') ? 'other' : 'main';
        const { status, body } = await request(started.server)
          .post(`/api/argocd-hub/deployments/${hub}/argocd/${name}/refresh`)
          .set(as.stranger);
        // Who sees it by a claim is told that it may not; who does not, that there is none.
        expect(status).toBe(projects || hub === 'other' ? 404 : 403);
        expect(JSON.stringify(body)).not.toContain('component:');
        expect(refreshApplication).not.toHaveBeenCalled();
      },
    );

    it('is placed where it may be', async () => {
      const { body } = await get('/placements', as.service);
      const placed = new Map(
        body.items.map(({ entityRef, clusters }: any) => [entityRef, clusters]),
      );
      for (const attack of NAMES) {
        const onStaging = shownOf(attack).includes('shop-staging');
        const clusters = placed.get(`component:default/${idOf(attack)}`) ?? [];
        expect(clusters).toEqual(
          shownOf(attack).length
            ? ['prod', ...(onStaging ? ['staging'] : [])]
            : [],
        );
      }
    });

    it('takes nothing from those to whom it belongs', async () => {
      const { body } = await get(
        '/entities/component/default/shop/deployments',
        as.owner,
      );
      const names = body.deployments.map(({ name }: any) => name);
      expect(names.sort()).toEqual(SHOP);
    });
  });
});

describe('a team whose project it is', () => {
  it('operates what its entity claims, and nothing beyond', async () => {
    const refreshApplication = jest.fn(async () => {});
    const started = await startRouter({
      config: { mapping: { ...CONFIG.mapping, projects: PROJECTS } },
      entities: [
        of(
          'thieves',
          component('own', { [SELECTOR]: 'app.kubernetes.io/managed-by=Helm' }),
        ),
      ],
      ownerOnly: ['argocd-hub.cluster.read', 'argocd-hub.cluster.update'],
      privateEntities: ['component:default/shop'],
      hubClient: { refreshApplication },
    });
    await started.fill.hub();
    await started.fill.clusters('prod', 'staging');
    await started.fill.applications(...APPLICATIONS);
    await started.mapping.sync();
    const refresh = async (name: string) =>
      (
        await request(started.server)
          .post(`/api/argocd-hub/deployments/main/argocd/${name}/refresh`)
          .set(as.stranger)
      ).status;

    expect(await refresh('shop-prod')).toBe(404);
    expect(refreshApplication).not.toHaveBeenCalled();
    expect(await refresh('own-prod')).toBe(202);
    await started.stop();
  });
});
