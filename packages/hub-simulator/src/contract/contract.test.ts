import { hubRoutes } from '../hub/routes/hubRoutes';
import { framesOf } from '../replay/frames';
import { send } from '../replay/send';
import { demo } from '../scenarios/demo';
import { Simulator } from '../Simulator';
import { type Answer, Fixture } from '../testing/Fixture';
import { Judge } from './__testUtils__/Judge';
import { worldOf } from './__testUtils__/world';
import { accountCases } from './cases/accounts';
import { applicationChangeCases } from './cases/applicationChanges';
import { applicationDetailCases } from './cases/applicationDetails';
import { applicationCases } from './cases/applications';
import { applicationWriteCases } from './cases/applicationWrites';
import { type Case, optionsOf, type World } from './cases/Case';
import { clusterCases } from './cases/clusters';
import { projectCases } from './cases/projects';
import { sessionCases } from './cases/session';
import { setCases } from './cases/sets';
import { type StreamCase, streamCases } from './cases/streams';
import { DEVIATIONS } from './deviations';

const SURFACES: Record<string, Case[]> = {
  'sessions and settings': sessionCases,
  clusters: clusterCases,
  applications: applicationCases,
  'details of applications': applicationDetailCases,
  projects: projectCases,
  ApplicationSets: setCases,
  'writes to applications': applicationWriteCases,
  'changes of applications': applicationChangeCases,
  accounts: accountCases,
};

const judge = new Judge(DEVIATIONS);
const { api } = judge;
const served = hubRoutes({} as Parameters<typeof hubRoutes>[0]).map(
  ({ method, path }) => `${method} ${path}`,
);

function named<T extends { name: string }>(cases: T[]): [string, T][] {
  return cases.map(each => [each.name, each]);
}

async function call(each: Case, world: World): Promise<Answer> {
  await each.before?.(world);
  const path =
    typeof each.path === 'function' ? await each.path(world) : each.path;
  const options = optionsOf(each, world);
  const { fixture } = world;
  if (each.as === undefined) return fixture.admin(path, options);
  const token = each.as === 'nobody' ? { token: '' } : {};
  return fixture.hub(path, { ...options, ...token });
}

function expectBody(each: Case, answer: Answer): void {
  const { text, trimmed } = each;
  if (text) {
    expect(answer.text.trim()).toBe(text);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    return;
  }
  expect(judge.answer(each.operation, answer, { trimmed })).toEqual([]);
  if (each.holds) expect(answer.body).toMatchObject(each.holds);
  if ('is' in each) expect(answer.body).toEqual(each.is);
}

async function open(each: StreamCase, world: World) {
  const { fixture } = world;
  const { hub } = fixture.simulator;
  const { body } = await fixture.control('/hub/admin');
  const headers = {
    ...(each.as !== 'nobody' && { authorization: `Bearer ${body.token}` }),
    ...(each.sse && { accept: 'text/event-stream' }),
  };
  const request = { method: 'GET', path: each.path, headers };
  const answer = send(hub.url, request, { isStream: true });
  await each.during?.(world);
  return answer;
}

function expectFrames(
  each: StreamCase,
  answer: Awaited<ReturnType<typeof open>>,
): void {
  const { events, framing } = framesOf(answer.body);
  const expected = each.during ? events.slice(0, each.frames.length) : events;
  expect(expected).toMatchObject(each.frames);
  for (const event of events) {
    const { operation, trimmed } = each;
    expect(judge.body(operation, event, { trimmed })).toEqual([]);
  }
  if (!each.status) return;
  expect(answer.headers['content-type']).toBe(
    each.sse ? 'text/event-stream' : 'application/json',
  );
  if (each.sse) expect(framing).toMatch(/^data: \{json\} \\n\\n/);
}

describe.each(Object.entries(SURFACES))('the contract of %s', (_, cases) => {
  let fixture: Fixture;
  let world: World;
  beforeAll(async () => {
    fixture = await Fixture.start();
    world = await worldOf(fixture);
  }, 30_000);
  afterAll(() => fixture.stop());

  it.each(named(cases))('%s', async (__, each) => {
    const answer = await call(each, world);
    const { status = 200 } = each;
    expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
    expectBody(each, answer);
  });
});

describe('the contract of streams', () => {
  let fixture: Fixture;
  let world: World;
  beforeAll(async () => {
    fixture = await Fixture.start();
    world = await worldOf(fixture);
  }, 30_000);
  afterAll(() => fixture.stop());

  it.each(named(streamCases))('%s', async (_, each) => {
    const answer = await open(each, world);
    expect(answer.status).toBe(each.status);
    expectFrames(each, answer);
  });
});

describe('the contract', () => {
  const cases = [...Object.values(SURFACES).flat(), ...streamCases];

  it('F2.7 holds for clusters of which Redis knows nothing', async () => {
    const scenario = { ...demo({}), controllers: () => [] };
    const simulator = await Simulator.start({ scenario });
    simulator.hub.state.redis.flush();
    const { token } = await simulator.hub.admin();
    const response = await fetch(`${simulator.hub.url}/api/v1/clusters`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = await response.json();
    await simulator.stop();
    const names = body.items.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['dr', 'in-cluster', 'prod', 'staging']);
    const unknown = { status: '', message: '', attemptedAt: null };
    for (const { name, connectionState } of body.items) {
      // What it thinks of its own cluster needs no controller.
      if (name === 'in-cluster') continue;
      expect(connectionState).toEqual(unknown);
    }
    expect(judge.body('GET /api/v1/clusters', body)).toEqual([]);
  });

  it('has every route of the simulator in the OpenAPI file', () => {
    expect(served.filter(route => !api.operation(route))).toEqual([]);
  });

  it('has a case for every route of the simulator', () => {
    const covered = new Set(cases.map(({ operation }) => operation));
    const missing = served
      .map(route => api.operation(route) ?? route)
      .filter(operation => !covered.has(operation));
    expect(missing).toEqual([]);
  });

  it('has no deviation that no answer shows any more', () => {
    expect(judge.unseen).toEqual([]);
  });
});
