import { gunzipSync } from 'node:zlib';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { VisibleClusters } from '../permissions/VisibleClusters';
import { deployedOn } from '../routers/__testUtils__/agentHistory';
import { agentOn } from '../routers/__testUtils__/startRouter';
import {
  answersOn,
  ENTITY,
  partsOn,
  SELECTOR,
} from './__testUtils__/answersOn';
import { EntityAnswers } from './EntityAnswers';
import { EntityHistory } from './EntityHistory';
import { EntityRollups } from './EntityRollups';
import { Explainer } from '../explain/Explainer';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const credentials = mockCredentials.user();
const MOST = 2;
const OTHER = 'component:default/other';
const TOO_MANY = {
  key: 'argocd/app-selector',
  value: 'app=agent',
  refusal: { code: 'too-many-applications', limit: MOST },
};
/** An application that names the entity, and that its selector takes too. */
const NAMING = agentOn('prod', {
  annotations: { 'backstage.io/entity-ref': ENTITY },
});

/** Three applications have the label that two entities select by. */
async function startWide(
  id: ReturnType<TestDatabases['eachSupportedId']>[number][0],
) {
  const on = await answersOn(databases, id);
  const { store, clock, claimEach } = on;
  await claimEach([
    ['agent', SELECTOR],
    ['other', { 'argocd/app-name': 'agent-dr' }],
  ]);
  const parts = { ...partsOn(store, clock), most: MOST };
  const answers = new EntityAnswers(parts);
  const rollups = new EntityRollups({
    ...parts,
    answers: { rollup: () => undefined },
  });
  const history = new EntityHistory(parts);
  const explainer = new Explainer(parts);
  return {
    ...on,
    read: async (entityRef = ENTITY) => {
      const answer = await answers.first(entityRef, credentials);
      return JSON.parse(gunzipSync(answer!.gzip).toString());
    },
    rollups: async () => rollups.of([ENTITY, OTHER], credentials),
    history: async () =>
      (await history.page(ENTITY, credentials, { limit: 50 }))!,
    explain: async () =>
      (await explainer.explain(ENTITY, {
        credentials,
        estate: await parts.estates.read(),
        visible: VisibleClusters.all,
      }))!,
  };
}

const namesIn = (items: { name: string }[]) => [
  ...new Set(items.map(({ name }) => name)),
];

describe.each(databases.eachSupportedId())('too wide a claim on %p', id => {
  it('is refused, with the reason, and shows nothing', async () => {
    const { read } = await startWide(id);
    expect(await read()).toMatchObject({
      rules: [],
      refused: [TOO_MANY],
      rollup: { deployments: 0 },
      deployments: [],
    });
    expect(await read(OTHER)).toMatchObject({ rollup: { deployments: 1 } });
  });

  it('leaves the applications that name the entity, unless these are too many', async () => {
    const { read, fill } = await startWide(id);
    await fill.applications(NAMING);
    const { deployments, refused } = await read();
    expect(namesIn(deployments)).toEqual(['agent-prod']);
    expect(refused).toEqual([TOO_MANY]);

    await fill.applications(
      ...['dr', 'staging'].map(cluster =>
        agentOn(cluster, { annotations: NAMING.annotations }),
      ),
    );
    const after = await read();
    expect(after.deployments).toEqual([]);
    expect(after.refused.map(({ key }: { key: string }) => key)).toEqual([
      'backstage.io/entity-ref',
      'argocd/app-selector',
    ]);
  });

  it('is told of when it comes and when it goes, also of what is kept', async () => {
    const { read, fill } = await startWide(id);
    await fill.remove('agent-dr');
    const narrow = await read();
    expect(narrow.refused).toBeUndefined();
    expect(narrow.deployments).toHaveLength(2);

    await fill.applications(agentOn('dr'));
    const wide = await read();
    expect(wide.refused).toEqual([TOO_MANY]);
    expect(wide.version).not.toBe(narrow.version);

    await fill.remove('agent-dr');
    expect((await read()).deployments).toHaveLength(2);
  });

  it('is refused in roll-ups as in the answer for one', async () => {
    const { read, rollups, fill } = await startWide(id);
    const same = async () => {
      const found = await rollups();
      expect(found.get(ENTITY)).toEqual((await read()).rollup);
      expect(found.get(OTHER)).toEqual((await read(OTHER)).rollup);
      return found.get(ENTITY)?.deployments;
    };
    expect(await same()).toBe(0);
    await fill.applications(NAMING);
    expect(await same()).toBe(1);
    await fill.remove('agent-dr');
    expect(await same()).toBe(2);
  });

  it('is refused in the history, also for what is gone', async () => {
    const { history, fill } = await startWide(id);
    await fill.applications(
      ...['dr', 'prod', 'staging'].map(cluster => deployedOn(cluster, [3])),
    );
    expect(await history()).toEqual({ items: [], refused: [TOO_MANY] });

    await fill.remove('agent-dr');
    const { items, refused } = await history();
    expect(namesIn(items).sort()).toEqual([
      'agent-dr',
      'agent-prod',
      'agent-staging',
    ]);
    expect(refused).toBeUndefined();

    await fill.remove('agent-prod');
    await fill.remove('agent-staging');
    expect(await history()).toEqual({ items: [], refused: [TOO_MANY] });
  });

  it('is explained', async () => {
    const { explain } = await startWide(id);
    const { rules } = await explain();
    expect(rules).toMatchObject([
      { key: 'backstage.io/entity-ref', outcome: 'followed' },
      {
        key: 'argocd/app-selector',
        outcome: 'refused',
        refusal: TOO_MANY.refusal,
        applications: 0,
      },
    ]);
  });
});
