import { createServer } from 'node:http';
import type { ClusterConfig } from '../types/argocd';
import type { CertificateFault } from './faults';
import { Listener } from './Listener';
import { issueClient } from './pki';
import { base64, EVENTS, TestSpoke } from './testing/TestSpoke';

let spoke: TestSpoke;
beforeEach(async () => {
  spoke = await TestSpoke.start();
});
afterEach(() => spoke.stop());

describe('TLS', () => {
  it('F1.3.6 gives up on the handshake after 10 s', async () => {
    await spoke.listener.break({ kind: 'unanswered' });
    expect(await spoke.why()).toBe('net/http: TLS handshake timeout');
  });

  const NOW = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';
  it.each<[CertificateFault, string]>([
    [
      'expired',
      `certificate has expired or is not yet valid: current time ${NOW} is after ${NOW}`,
    ],
    [
      'wrong-host',
      `cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs`,
    ],
    ['unknown-authority', 'certificate signed by unknown authority'],
  ])('F10.2.3 refuses a certificate that is %s', async (how, text) => {
    await spoke.listener.break({ kind: 'bad-certificate', how });
    let seen = 0;
    spoke.handle = (_request, response) => {
      seen += 1;
      response.end('{}');
    };
    expect(await spoke.why()).toMatch(
      new RegExp(`^tls: failed to verify certificate: x509: ${text}$`),
    );
    const insecure = { tlsClientConfig: { insecure: true } };
    const target = spoke.target(insecure);
    await spoke.client().call(target, { path: EVENTS });
    expect(seen).toBe(1);
    await spoke.listener.heal();
    await spoke.client().call(spoke.target(), { path: EVENTS });
  });

  it('F2.2 checks for the serverName of the config', async () => {
    const tls = spoke.config.tlsClientConfig!;
    const good = { ...tls, serverName: 'kubernetes.default.svc' };
    const target = spoke.target({ tlsClientConfig: good });
    expect(await spoke.client().call(target, { path: EVENTS })).toBeDefined();
    const bad = { ...tls, serverName: 'other.example' };
    expect(await spoke.why({ config: { tlsClientConfig: bad } })).toBe(
      'tls: failed to verify certificate: x509: certificate is valid for localhost, kubernetes.default.svc, not other.example',
    );
  });

  it('tells plain HTTP from TLS', async () => {
    const plain = new Listener({ server: createServer() });
    await plain.start();
    expect(await spoke.why({ server: `https://127.0.0.1:${plain.port}` })).toBe(
      'http: server gave HTTP response to HTTPS client',
    );
    await plain.stop();
  });
});

describe('the config of a cluster', () => {
  const authorizations = async (given: ClusterConfig) => {
    let seen: string | undefined;
    spoke.handle = (request, response) => {
      seen = request.headers.authorization;
      response.end('{}');
    };
    const { tlsClientConfig } = spoke.config;
    const target = spoke.target({ tlsClientConfig, ...given });
    await spoke.client().call(target, { path: EVENTS });
    return seen;
  };

  it('F2.2 holds a token, a password or nothing', async () => {
    expect(await authorizations({ bearerToken: 'abc' })).toBe('Bearer abc');
    expect(await authorizations({ username: 'u', password: 'p' })).toBe(
      `Basic ${base64('u:p')}`,
    );
    expect(await authorizations({})).toBeUndefined();
  });

  it('F2.2 holds a client certificate', async () => {
    const subject = { user: 'argo', groups: ['system:masters'] };
    const pair = await issueClient(spoke.keys.authority, subject);
    let seen: string | undefined;
    spoke.handle = (request, response) => {
      const socket = request.socket as unknown as {
        getPeerX509Certificate(): { subject: string };
      };
      seen = socket.getPeerX509Certificate().subject;
      response.end('{}');
    };
    const tlsClientConfig = {
      ...spoke.config.tlsClientConfig,
      certData: base64(pair.cert),
      keyData: base64(pair.key),
    };
    const target = spoke.target({ tlsClientConfig });
    await spoke.client().call(target, { path: EVENTS });
    expect(seen).toBe('O=system:masters\nCN=argo');
  });

  const caData = base64('junk');
  it.each<[ClusterConfig, string]>([
    [
      { tlsClientConfig: { insecure: true, caData } },
      'specifying a root certificates file with the insecure flag is not allowed',
    ],
    [
      { tlsClientConfig: { caData } },
      'unable to load root certificates: unable to parse bytes as PEM block',
    ],
    [
      { tlsClientConfig: { certData: caData, keyData: caData } },
      'tls: failed to find any PEM data in certificate input',
    ],
    [
      { bearerToken: 'a', username: 'u' },
      'username/password or bearer token may be set, but not both',
    ],
    [
      { proxyUrl: 'ftp://proxy:21' },
      'Failed to parse proxy url, unsupported scheme "ftp", must be http, https, or socks5',
    ],
  ])('F2.2 is refused: %j', async (given, text) => {
    const error = await spoke.failure({ config: given });
    expect([error.message, spoke.connections]).toEqual([text, 0]);
  });

  it.each<[ClusterConfig, string]>([
    [
      { execProviderConfig: { command: 'kubelogin' }, bearerToken: 'a' },
      'getting credentials: exec: executable kubelogin not found',
    ],
    [
      { awsAuthConfig: { clusterName: 'c' }, execProviderConfig: {} },
      'getting credentials: exec: executable argocd-k8s-auth failed with exit code 20',
    ],
    [
      { proxyUrl: 'http://proxy:3128' },
      'proxyconnect tcp: a proxyUrl is not simulated',
    ],
  ])('F2.2 asks for what is not there: %j', async (given, text) => {
    expect([await spoke.why({ config: given }), spoke.connections]).toEqual([
      text,
      0,
    ]);
  });
});
