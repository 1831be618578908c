import { connectionCause, reasonOfMessage } from './reasons';

const GET = 'Get "https://10.0.0.1:6443/version?timeout=32s": ';

describe('reasonOfMessage', () => {
  it.each`
    message                                                                                                                                 | reason
    ${`${GET}dial tcp: lookup h on 10.0.0.10:53: no such host`}                                                                             | ${'dns'}
    ${`${GET}dial tcp: lookup h on 10.0.0.10:53: read udp 10.0.0.2:5->10.0.0.10:53: i/o timeout`}                                           | ${'dns'}
    ${`${GET}dial tcp: lookup h on 10.0.0.10:53: server misbehaving`}                                                                       | ${'dns'}
    ${`${GET}tls: failed to verify certificate: x509: certificate signed by unknown authority`}                                             | ${'tls'}
    ${`${GET}x509: certificate has expired or is not yet valid`}                                                                            | ${'tls'}
    ${`${GET}remote error: tls: bad certificate`}                                                                                           | ${'tls'}
    ${`${GET}http: server gave HTTP response to HTTPS client`}                                                                              | ${'tls'}
    ${`${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}                                                                          | ${'refused'}
    ${`${GET}dial tcp 10.0.0.1:6443: i/o timeout`}                                                                                          | ${'timeout'}
    ${`${GET}net/http: TLS handshake timeout`}                                                                                              | ${'timeout'}
    ${`${GET}context deadline exceeded`}                                                                                                    | ${'timeout'}
    ${`${GET}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`}                                                   | ${'timeout'}
    ${'Unauthorized'}                                                                                                                       | ${'auth'}
    ${'the server has asked for the client to provide credentials'}                                                                         | ${'auth'}
    ${`${GET}getting credentials: exec: executable argocd-k8s-auth failed with exit code 20`}                                               | ${'auth'}
    ${'failed to load initial state of resource Foo.a.io: foos.a.io is forbidden: User "x" cannot list'}                                    | ${'auth'}
    ${`${GET}dial tcp 10.0.0.1:6443: connect: no route to host`}                                                                            | ${'other'}
    ${`${GET}read: connection reset by peer`}                                                                                               | ${'other'}
    ${'Get "https://connection refused.example.com/no such host": EOF'}                                                                     | ${'other'}
    ${'cluster https://x509.example.com is gone'}                                                                                           | ${'other'}
    ${'conversion webhook for a.io/v1, Kind=Foo failed: Post "https://w.ns.svc:443/c": dial tcp 10.1.1.1:443: connect: connection refused'} | ${'other'}
    ${"Agent: 'x' is disconnected with principal"}                                                                                          | ${'other'}
    ${''}                                                                                                                                   | ${'other'}
    ${undefined}                                                                                                                            | ${'other'}
  `('is $reason for $message', ({ message, reason }) => {
    expect(reasonOfMessage(message)).toBe(reason);
  });
});

const LIVE =
  'Failed to load live state: failed to get cluster info for "https://10.0.0.1:6443": error synchronizing cache state : ';

describe('connectionCause of a condition', () => {
  it.each`
    type                  | message                                                                                                                                                                           | cause
    ${'ComparisonError'}  | ${`${LIVE}${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}                                                                                                             | ${'refused'}
    ${'ComparisonError'}  | ${`Failed to load target state: failed to get cluster version for cluster "https://10.0.0.1:6443": ${GET}i/o timeout`}                                                            | ${'timeout'}
    ${'ComparisonError'}  | ${`${LIVE}Unauthorized`}                                                                                                                                                          | ${'auth'}
    ${'ComparisonError'}  | ${`${LIVE}${GET}read tcp 10.0.0.2:1->10.0.0.1:6443: read: connection reset by peer`}                                                                                              | ${'other'}
    ${'ComparisonError'}  | ${`${LIVE}failed to load initial state of resource Foo.a.io: foos.a.io is forbidden: User "x" cannot list`}                                                                       | ${undefined}
    ${'ComparisonError'}  | ${`${LIVE}failed to load initial state of resource Foo.a.io: conversion webhook for a.io/v1 failed: Post "https://w.ns.svc": dial tcp 10.1.1.1:443: connect: connection refused`} | ${undefined}
    ${'ComparisonError'}  | ${'Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = dial tcp: lookup git.example.com: no such host'}                  | ${undefined}
    ${'ComparisonError'}  | ${`${LIVE}the cache is not ready`}                                                                                                                                                | ${undefined}
    ${'InvalidSpecError'} | ${`${LIVE}${GET}dial tcp 10.0.0.1:6443: connect: connection refused`}                                                                                                             | ${undefined}
  `('is $cause for $type $message', ({ type, message, cause }) => {
    expect(connectionCause({ type, message })).toBe(cause);
  });
});
