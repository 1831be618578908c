import { TestDatabases } from '@backstage/backend-test-utils';
import type { ReasonClass } from 'backstage-plugin-argocd-hub-common';
import {
  allClustersAre,
  BEATING,
  clusterIs,
  hubStillPraises,
  inTurn,
  neverShown,
  rowsAreGreen,
  rowsAreUnknown,
  spokeDies,
  spokeHeals,
  spokeSuffers,
} from '../__testUtils__/faults/clusterSteps';
import { given } from '../__testUtils__/faults/scenario';
import type { Fault } from '../__testUtils__/faults/SimulatedHub';
import { control, timePasses } from '../__testUtils__/faults/steps';

jest.setTimeout(180_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const id = 'SQLITE_3';

const DEATHS: { how: string; fault: Fault; reason: ReasonClass }[] = [
  { how: 'refuses', fault: { kind: 'refused' }, reason: 'refused' },
  {
    how: 'is behind dropped packets',
    fault: { kind: 'black-holed' },
    reason: 'timeout',
  },
  {
    how: 'accepts connections and is silent',
    fault: { kind: 'unanswered', at: 'connection' },
    reason: 'timeout',
  },
  {
    how: 'takes requests and is silent',
    fault: { kind: 'unanswered', at: 'request' },
    reason: 'timeout',
  },
  {
    how: 'has an expired certificate',
    fault: { kind: 'bad-certificate', how: 'expired' },
    reason: 'tls',
  },
  {
    how: 'has the certificate of another host',
    fault: { kind: 'bad-certificate', how: 'wrong-host' },
    reason: 'tls',
  },
  {
    how: 'has a certificate of nobody known',
    fault: { kind: 'bad-certificate', how: 'unknown-authority' },
    reason: 'tls',
  },
  { how: 'has no address', fault: { kind: 'dns-failure' }, reason: 'dns' },
  {
    how: 'is in no network',
    fault: { kind: 'network-unreachable' },
    reason: 'other',
  },
];

describe('a spoke that dies while Argo CD says that all is well', () => {
  it.concurrent.each(DEATHS)(
    'and $how is unreachable for $reason, and back when it is',
    async ({ fault, reason }) => {
      await given({ databases, id, hub: BEATING })
        .when(allClustersAre('reachable'), spokeDies('prod', fault))
        .expect(
          clusterIs('prod', 'unreachable', { reason }),
          hubStillPraises('prod'),
          rowsAreUnknown('prod', 'cluster-unreachable'),
          clusterIs('staging', 'reachable'),
          clusterIs('dr', 'reachable'),
          rowsAreGreen('staging'),
        )
        .when(spokeHeals('prod'))
        .expect(clusterIs('prod', 'reachable'), rowsAreGreen('prod'))
        .thenItHolds();
    },
  );

  it.concurrent('because its credential was revoked', async () => {
    await given({ databases, id, hub: BEATING })
      .when(
        allClustersAre('reachable'),
        control('/spokes/prod/revoke-tokens'),
        world => world.green.clusterIsLost('main', 'prod'),
      )
      .expect(
        clusterIs('prod', 'unreachable', { reason: 'auth' }),
        rowsAreUnknown('prod', 'cluster-unreachable'),
      )
      .thenItHolds();
  });
});

const ANSWERS: { what: string; fault: Fault; is: 'suspect' | 'reachable' }[] = [
  {
    what: 'says 429',
    fault: { kind: 'status', code: 429 },
    is: 'suspect',
  },
  {
    what: 'says 503',
    fault: { kind: 'status', code: 503 },
    is: 'suspect',
  },
  {
    what: 'has a front that says 502',
    fault: { kind: 'status', code: 502 },
    is: 'suspect',
  },
  {
    what: 'has a front that says 504',
    fault: { kind: 'status', code: 504 },
    is: 'suspect',
  },
];

describe('a spoke that answers, though not well,', () => {
  it.concurrent.each(ANSWERS)(
    'and $what is $is, never unreachable',
    async ({ fault, is }) => {
      await given({ databases, id, hub: BEATING })
        .when(allClustersAre('reachable'), spokeSuffers('prod', fault))
        .expect(
          neverShown(
            ['unreachable'],
            inTurn(clusterIs('prod', is), timePasses(5_000)),
          ),
          clusterIs('prod', is),
        )
        .when(spokeHeals('prod'))
        .expect(clusterIs('prod', 'reachable'), rowsAreGreen('prod'))
        .thenItHolds();
    },
  );

  it.concurrent.each([
    {
      what: 'forbids what is asked',
      fault: { kind: 'status', code: 403 },
    },
    {
      what: 'drops what was open, but takes new connections',
      fault: { kind: 'half-open' },
    },
    { what: 'is slow', fault: { kind: 'slow', delayMs: 10_000 } },
  ] as { what: string; fault: Fault }[])(
    'and $what stays reachable',
    async ({ fault }) => {
      await given({ databases, id, hub: BEATING, proxied: true })
        .when(allClustersAre('reachable'), spokeSuffers('prod', fault))
        .expect(
          neverShown(
            ['suspect', 'unreachable', 'unknown'],
            inTurn(timePasses(8_000), clusterIs('prod', 'reachable')),
          ),
          rowsAreGreen('prod'),
        )
        .thenItHolds();
    },
  );
});
