import { TestDatabases } from '@backstage/backend-test-utils';
import { given, type Step } from '../__testUtils__/faults/scenario';
import {
  changesGoOn,
  control,
  hubHeals,
  isTrueMeanwhile,
  timePasses,
} from '../__testUtils__/faults/steps';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const IDS = databases.eachSupportedId().map(([id]) => id);
const NAMESPACES = ['team-a', 'team-b'];

/** The name of one that is there already, in other namespaces too. */
const NAME = 'agent-prod';

const namesakesAreMade: Step = async ({ hub }) => {
  const { projects } = await hub.truth();
  const [{ metadata, spec }] = projects.filter(
    one => one.metadata.name === 'default',
  );
  await hub.control('/hub/objects', {
    kind: 'AppProject',
    metadata: { name: metadata.name },
    spec: { ...spec, sourceNamespaces: NAMESPACES },
  });
  for (const namespace of NAMESPACES) {
    await hub.createApplication(NAME, {
      namespace,
      labels: { team: namespace },
    });
  }
};

const namesakesAreStored: Step = async ({ store }) => {
  const stored = await store.applications.list({ limit: 100 });
  expect(
    stored.filter(({ name }) => name === NAME).map(one => one.namespace),
  ).toEqual(['argocd', ...NAMESPACES]);
};

const oneNamesakeIsRemoved: Step = ({ hub }) =>
  hub.removeApplication(NAME, 'team-a');

describe('applications of one name in several namespaces', () => {
  it.concurrent.each(
    IDS.flatMap(id => [
      { id, how: 'told by events', drop: 0 },
      { id, how: 'told by lists alone', drop: 1 },
    ]),
  )('are never mixed up ($how, on $id)', async ({ id, drop }) => {
    await given({
      databases,
      id,
      hub: { relistMs: 500 },
      simulator: { applicationNamespaces: NAMESPACES },
    })
      .when(control('/hub/streams', { drop }), namesakesAreMade)
      .expect(isTrueMeanwhile(), namesakesAreStored)
      .when(changesGoOn(), timePasses(1_000), oneNamesakeIsRemoved)
      .expect(isTrueMeanwhile())
      .when(hubHeals())
      .thenItHolds();
  });
});
