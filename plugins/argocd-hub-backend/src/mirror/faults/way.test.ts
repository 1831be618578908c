import { TestDatabases } from '@backstage/backend-test-utils';
import { given } from '../__testUtils__/faults/scenario';
import type { Fault } from '../__testUtils__/faults/SimulatedHub';
import {
  changesGoOn,
  control,
  hubHeals,
  hubSuffers,
  isTrueMeanwhile,
  nothingIsRemoved,
  timePasses,
} from '../__testUtils__/faults/steps';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const HUB = { relistMs: 500 };

/** Something true still comes through these, if less, late or not at first. */
const BAD_WAYS: { what: string; fault: Fault }[] = [
  { what: 'connections fall silent', fault: { kind: 'half-open' } },
  {
    what: 'answers are late and trickle',
    fault: { kind: 'slow', delayMs: 5_000, bytesPerSecond: 200_000 },
  },
  {
    what: 'every third answer is 500',
    fault: { kind: 'status', code: 500, share: 0.3 },
  },
  {
    what: 'half of the answers are 429, come back in 1 s',
    fault: { kind: 'status', code: 429, retryAfter: 1, share: 0.5 },
  },
  {
    what: 'half of the answers are a login page',
    fault: { kind: 'status', code: 200, body: '<html></html>', share: 0.5 },
  },
];

/** One kind of call fails: the others must not suffer, nor lie for it. */
const BAD_CALLS = [
  { call: 'single applications', path: '/api/v1/applications/' },
  { call: 'clusters', path: '/api/v1/clusters' },
  { call: 'the stream', path: '/api/v1/stream' },
  { call: 'the version', path: '/api/version' },
].flatMap(one => [403, 500].map(code => ({ ...one, code })));

describe('a bad way to the hub', () => {
  it.concurrent.each(BAD_WAYS)('where $what', async ({ fault }) => {
    await given({ databases, id: 'SQLITE_3', hub: HUB })
      .when(changesGoOn(), hubSuffers(fault), timePasses(4_000))
      .when(hubHeals())
      .thenItHolds();
  });

  it('where connections fall silent is gone around', async () => {
    await given({ databases, id: 'SQLITE_3', hub: HUB })
      .when(changesGoOn(), hubSuffers({ kind: 'half-open' }))
      .when(timePasses(1_000))
      .expect(isTrueMeanwhile())
      .thenItHolds();
  });

  it.concurrent.each(BAD_CALLS)(
    'where $call are answered $code costs nothing else',
    async ({ path, code }) => {
      await given({ databases, id: 'SQLITE_3', hub: HUB })
        .when(hubSuffers({ kind: 'status', code, pathPrefix: path }))
        .when(control('/hub/streams/cut', { how: 'reset' }))
        .when(
          control('/applications/agent-prod/health', { status: 'Degraded' }),
        )
        .when(timePasses(3_000))
        .expect(nothingIsRemoved())
        .when(hubHeals())
        .thenItHolds();
    },
  );
});
