import { TestDatabases } from '@backstage/backend-test-utils';
import type { Fault } from '../__testUtils__/faults/SimulatedHub';
import { given } from '../__testUtils__/faults/scenario';
import {
  backendsRestart,
  changesGoOn,
  control,
  everythingIsMuted,
  hubHeals,
  hubIsLost,
  hubIsLostTo,
  LOST_FOR_MS,
  timePasses,
} from '../__testUtils__/faults/steps';

jest.setTimeout(240_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const HUB = { relistMs: 500 };

const html = '<html><body>Please log in</body></html>';

/** After each of these nothing true comes from the hub. */
const LOST: { what: string; fault: Fault }[] = [
  { what: 'refuses connections', fault: { kind: 'refused' } },
  { what: 'swallows packets', fault: { kind: 'black-holed' } },
  { what: 'accepts and is silent', fault: { kind: 'unanswered' } },
  {
    what: 'takes requests and is silent',
    fault: { kind: 'unanswered', at: 'request' },
  },
  { what: 'is far too slow', fault: { kind: 'slow', delayMs: 200_000 } },
  { what: 'resets calls', fault: { kind: 'reset' } },
  {
    what: 'resets calls within the answer',
    fault: { kind: 'reset', after: 'headers' },
  },
  { what: 'breaks off its answers', fault: { kind: 'truncated' } },
  {
    what: 'is replaced by a login page',
    fault: { kind: 'status', code: 200, body: html },
  },
  { what: 'answers 401', fault: { kind: 'status', code: 401 } },
  { what: 'answers 403', fault: { kind: 'status', code: 403 } },
  { what: 'answers 404', fault: { kind: 'status', code: 404 } },
  { what: 'answers 500', fault: { kind: 'status', code: 500 } },
  {
    what: 'answers 429, come back in 1 s',
    fault: { kind: 'status', code: 429, retryAfter: 1 },
  },
  {
    what: 'answers 503, come back in 60 s',
    fault: { kind: 'status', code: 503, retryAfter: 60 },
  },
];

describe('a hub that is lost', () => {
  it.concurrent.each(LOST)('because it $what', async ({ fault }) => {
    await given({ databases, id: 'SQLITE_3', hub: HUB })
      .when(changesGoOn())
      .when(hubIsLostTo(fault))
      // A stream that is open meets no fault of answers.
      .when(control('/hub/streams/cut', { how: 'reset' }))
      .when(timePasses(LOST_FOR_MS))
      .expect(everythingIsMuted())
      .when(hubHeals())
      .thenItHolds();
  });

  it.concurrent.each(['expired', 'wrong-host', 'unknown-authority'])(
    'because its certificate is not good: %s',
    async how => {
      await given({
        databases,
        id: 'SQLITE_3',
        hub: HUB,
        simulator: { tls: true },
      })
        .when(changesGoOn())
        .when(control('/hub/break', { kind: 'bad-certificate', how }))
        // Connections that are open would know nothing of it.
        .when(backendsRestart(), hubIsLost())
        .when(timePasses(LOST_FOR_MS))
        .expect(everythingIsMuted())
        .when(hubHeals())
        .thenItHolds();
    },
  );
});
