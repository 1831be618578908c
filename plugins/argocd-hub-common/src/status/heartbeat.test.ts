import {
  classifyHeartbeat,
  hubSuspectedSince,
  nextHeartbeatFacts,
  resolveHubTimeout,
  type HeartbeatOutcome,
} from './heartbeat';
import type { HeartbeatFacts } from './facts';
import { NOW, secondsAgo } from './testing/facts';

const FROM = 'error listing resource events: ';
const GET = `${FROM}Get "https://10.0.0.1:6443/api/v1/namespaces/a/events?fieldSelector=x": `;

const good = { kind: 'good' };
const failure = (reason: string) => ({ kind: 'failure', reason });
const suspectOnly = { kind: 'suspect-only' };
const hubTimeout = { kind: 'hub-timeout' };
const noEvidence = { kind: 'no-evidence' };

describe('classifyHeartbeat', () => {
  it.each`
    proves                | status | code         | message
    ${noEvidence}         | ${200} | ${undefined} | ${undefined}
    ${good}               | ${403} | ${7}         | ${`${FROM}events is forbidden: User "x" cannot list resource "events"`}
    ${failure('auth')}    | ${401} | ${16}        | ${`${FROM}Unauthorized`}
    ${failure('refused')} | ${500} | ${2}         | ${`${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}
    ${failure('dns')}     | ${500} | ${2}         | ${`${GET}dial tcp: lookup h on 10.0.0.10:53: no such host`}
    ${failure('tls')}     | ${500} | ${2}         | ${`${GET}tls: failed to verify certificate: x509: certificate signed by unknown authority`}
    ${failure('timeout')} | ${500} | ${2}         | ${`${GET}dial tcp 10.0.0.1:6443: i/o timeout`}
    ${failure('other')}   | ${500} | ${2}         | ${`${GET}read: connection reset by peer`}
    ${suspectOnly}        | ${429} | ${8}         | ${`${FROM}the server has received too many requests`}
    ${suspectOnly}        | ${503} | ${14}        | ${`${FROM}the server is currently unable to handle the request`}
    ${suspectOnly}        | ${504} | ${4}         | ${`${FROM}the server was unable to return a response in time`}
    ${suspectOnly}        | ${504} | ${4}         | ${`${FROM}Timeout: request did not complete within the allotted timeout`}
    ${failure('tls')}     | ${429} | ${8}         | ${`${GET}x509: certificate has expired or is not yet valid`}
    ${failure('timeout')} | ${504} | ${4}         | ${`${FROM}client rate limiter Wait returned an error: context deadline exceeded`}
    ${failure('auth')}    | ${500} | ${2}         | ${`${GET}getting credentials: exec: executable argocd-k8s-auth failed with exit code 1`}
    ${noEvidence}         | ${408} | ${1}         | ${`${FROM}context canceled`}
    ${noEvidence}         | ${302} | ${undefined} | ${undefined}
    ${noEvidence}         | ${502} | ${undefined} | ${'<html>Bad Gateway</html>'}
    ${suspectOnly}        | ${500} | ${13}        | ${`${FROM}an error on the server ("bad gateway") has prevented the request from succeeding`}
    ${failure('refused')} | ${503} | ${14}        | ${`${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}
    ${failure('dns')}     | ${500} | ${13}        | ${`${GET}dial tcp: lookup h: no such host`}
    ${failure('timeout')} | ${504} | ${4}         | ${`${GET}context deadline exceeded`}
    ${hubTimeout}         | ${504} | ${4}         | ${'context deadline exceeded'}
    ${noEvidence}         | ${504} | ${undefined} | ${'<html>Gateway Timeout</html>'}
    ${noEvidence}         | ${403} | ${7}         | ${'permission denied'}
    ${noEvidence}         | ${400} | ${9}         | ${'Service a-svc not found as part of application a'}
    ${noEvidence}         | ${500} | ${2}         | ${'error getting app resources: error getting cached app resource tree: cache: key is missing'}
    ${noEvidence}         | ${500} | ${2}         | ${'error getting application cluster config: dial tcp 10.0.0.1:6443: connect: connection refused'}
    ${noEvidence}         | ${404} | ${5}         | ${'cluster "https://10.0.0.1:6443" not found'}
    ${noEvidence}         | ${404} | ${5}         | ${`${FROM}the server could not find the requested resource`}
    ${noEvidence}         | ${401} | ${16}        | ${'invalid session: token has expired'}
    ${noEvidence}         | ${429} | ${8}         | ${'grpc: trying to send message larger than max'}
    ${noEvidence}         | ${503} | ${undefined} | ${'upstream connect error: connection refused'}
    ${noEvidence}         | ${500} | ${2}         | ${`wrapped: ${GET}connection refused`}
    ${noEvidence}         | ${403} | ${undefined} | ${`${FROM}events is forbidden`}
    ${noEvidence}         | ${403} | ${16}        | ${`${FROM}events is forbidden`}
    ${noEvidence}         | ${401} | ${undefined} | ${`${FROM}Unauthorized`}
    ${noEvidence}         | ${401} | ${7}         | ${`${FROM}Unauthorized`}
    ${noEvidence}         | ${500} | ${undefined} | ${`${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}
    ${noEvidence}         | ${503} | ${undefined} | ${`${FROM}the server is currently unable to handle the request`}
    ${noEvidence}         | ${429} | ${undefined} | ${`${FROM}the server has received too many requests`}
    ${noEvidence}         | ${504} | ${undefined} | ${'context deadline exceeded'}
    ${noEvidence}         | ${504} | ${undefined} | ${`${GET}context deadline exceeded`}
    ${noEvidence}         | ${502} | ${13}        | ${`${FROM}an error on the server`}
    ${noEvidence}         | ${204} | ${undefined} | ${undefined}
  `('$status code $code "$message" is $proves', ({ proves, ...answer }) => {
    expect(classifyHeartbeat(answer)).toEqual(proves);
  });

  it.each`
    proves        | answer
    ${good}       | ${{ status: 200, isEventList: true }}
    ${noEvidence} | ${{ status: 200, isEventList: false }}
    ${noEvidence} | ${{ status: 200, code: 0, message: FROM }}
    ${noEvidence} | ${{ status: 201, isEventList: true }}
    ${noEvidence} | ${{ status: 403, isEventList: true }}
  `('a good answer counts only with events: $answer', ({ proves, answer }) => {
    expect(classifyHeartbeat(answer)).toEqual(proves);
  });

  it('blames the cluster for a deadline only if the hub itself answers', () => {
    expect(resolveHubTimeout(true)).toEqual(failure('timeout'));
    expect(resolveHubTimeout(false)).toEqual(noEvidence);
  });
});

describe('nextHeartbeatFacts', () => {
  const wasGood: HeartbeatFacts = { goodAt: secondsAgo(30), failures: 0 };
  const failedOnce: HeartbeatFacts = {
    ...wasGood,
    failures: 1,
    firstFailureAt: secondsAgo(10),
    lastFailureAt: secondsAgo(10),
    reason: 'timeout',
  };
  const refused: HeartbeatOutcome = { kind: 'failure', reason: 'refused' };

  it.each([
    {
      title: 'the first failure begins a row',
      before: wasGood,
      outcome: refused,
      after: {
        ...wasGood,
        failures: 1,
        firstFailureAt: NOW,
        lastFailureAt: NOW,
        reason: 'refused',
      },
    },
    {
      title: 'the next one continues it, with its own reason',
      before: failedOnce,
      outcome: refused,
      after: {
        ...failedOnce,
        failures: 2,
        lastFailureAt: NOW,
        reason: 'refused',
      },
    },
    {
      title: 'a good one ends it and forgets every suspicion',
      before: { ...failedOnce, suspectAt: 1, noEvidenceAt: 2 },
      outcome: { kind: 'good' },
      after: { goodAt: NOW, failures: 0 },
    },
    {
      title: 'the answer of a front neither ends nor lengthens it',
      before: failedOnce,
      outcome: { kind: 'suspect-only' },
      after: { ...failedOnce, suspectAt: NOW },
    },
    {
      title: 'what began in the future, as our clock was set back, begins anew',
      before: {
        ...failedOnce,
        firstFailureAt: secondsAgo(-3600),
        lastFailureAt: secondsAgo(-3600),
      },
      outcome: refused,
      after: {
        ...failedOnce,
        failures: 2,
        firstFailureAt: NOW,
        lastFailureAt: NOW,
        reason: 'refused',
      },
    },
    {
      title: 'a suspicion began with its first answer',
      before: { ...wasGood, suspectAt: secondsAgo(10) },
      outcome: { kind: 'suspect-only' },
      after: { ...wasGood, suspectAt: secondsAgo(10) },
    },
    {
      title: 'no evidence changes nothing else',
      before: failedOnce,
      outcome: { kind: 'no-evidence' },
      after: { ...failedOnce, noEvidenceAt: NOW },
    },
    {
      title: 'an unresolved deadline is no evidence',
      before: failedOnce,
      outcome: { kind: 'hub-timeout' },
      after: { ...failedOnce, noEvidenceAt: NOW },
    },
  ] as const)('$title', ({ before, outcome, after }) => {
    expect(nextHeartbeatFacts(before, outcome, NOW)).toEqual(after);
  });
});

describe('hubSuspectedSince', () => {
  const well: HeartbeatFacts = { goodAt: secondsAgo(5), failures: 0 };
  const neverProbed: HeartbeatFacts = { failures: 0, noEvidenceAt: NOW };
  const failingFor = (seconds: number): HeartbeatFacts => ({
    failures: 2,
    firstFailureAt: secondsAgo(seconds),
  });
  const times = (count: number, facts: HeartbeatFacts) =>
    new Array<HeartbeatFacts>(count).fill(facts);

  it.each([
    { fleet: 'all well', heartbeats: times(9, well), since: undefined },
    {
      fleet: 'half failing',
      heartbeats: [...times(5, well), ...times(5, failingFor(20))],
      since: undefined,
    },
    {
      fleet: 'most failing at once',
      heartbeats: [...times(4, well), ...times(5, failingFor(20))],
      since: secondsAgo(20),
    },
    {
      fleet: 'most failing at once, for an hour already',
      heartbeats: [...times(4, well), ...times(5, failingFor(3600))],
      since: secondsAgo(3600),
    },
    {
      fleet: 'most failing, one after the other over hours',
      heartbeats: [10, 3000, 6000, 9000, 12000].map(failingFor),
      since: undefined,
    },
    {
      fleet: 'many long dead, the others well',
      heartbeats: [...times(5, well), ...times(20, failingFor(86400))].map(
        (facts, index) =>
          facts.failures ? failingFor(86400 + 3600 * index) : facts,
      ),
      since: undefined,
    },
    {
      fleet: 'one long dead, then the hub loses the others',
      heartbeats: [failingFor(86400), ...times(6, failingFor(20))],
      since: secondsAgo(20),
    },
    {
      fleet: 'two of three, too few to tell',
      heartbeats: [well, ...times(2, failingFor(20))],
      since: undefined,
    },
    {
      fleet: 'all three failing at once',
      heartbeats: times(3, failingFor(20)),
      since: secondsAgo(20),
    },
    {
      fleet: 'three of four failing at once, and the fourth answers',
      heartbeats: [well, ...times(3, failingFor(20))],
      since: secondsAgo(20),
    },
    {
      fleet: 'three of six failing at once',
      heartbeats: [...times(3, well), ...times(3, failingFor(20))],
      since: undefined,
    },
    {
      fleet: 'the first five of many, before any other was asked again',
      heartbeats: [
        ...times(5, failingFor(2)),
        ...times(495, { goodAt: secondsAgo(3), failures: 0 }),
      ],
      since: secondsAgo(2),
    },
    {
      fleet: 'the same, when the next ones answered',
      heartbeats: [
        ...times(5, failingFor(2)),
        ...times(5, { goodAt: secondsAgo(1), failures: 0 }),
        ...times(490, { goodAt: secondsAgo(3), failures: 0 }),
      ],
      since: undefined,
    },
    {
      fleet: 'two that fail, before any other was asked again',
      heartbeats: [
        ...times(2, failingFor(2)),
        ...times(498, { goodAt: secondsAgo(3), failures: 0 }),
      ],
      since: undefined,
    },
    { fleet: 'a single one', heartbeats: [failingFor(20)], since: undefined },
    { fleet: 'none', heartbeats: [], since: undefined },
    {
      fleet: 'those without a target do not count',
      heartbeats: [...times(9, neverProbed), ...times(5, failingFor(20))],
      since: secondsAgo(20),
    },
  ])('$fleet', ({ heartbeats, since }) => {
    expect(hubSuspectedSince(heartbeats, 30_000)).toBe(since);
  });
});
