import { X509Certificate } from 'node:crypto';
import {
  createAuthority,
  createServerKeys,
  issueBadServer,
  issueServer,
} from './pki';

describe('certificates', () => {
  it('are good under the names of loopback, and no other', async () => {
    const { authority, server } = await createServerKeys('fleet-ca');
    const certificate = new X509Certificate(server.cert);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('example.com')).toBeUndefined();
    const { publicKey } = new X509Certificate(authority.cert);
    expect(certificate.verify(publicKey)).toBe(true);
  });

  it('that are bad are made once for each authority and sort', async () => {
    const authority = await createAuthority('a');
    const first = await issueBadServer(authority, 'expired');
    expect(await issueBadServer(authority, 'expired')).toBe(first);
    expect(await issueBadServer(authority, 'wrong-host')).not.toBe(first);
    const other = await createAuthority('b');
    expect(await issueBadServer(other, 'expired')).not.toBe(first);
  });

  it('have expired without having begun later', async () => {
    const authority = await createAuthority('a');
    const bad = await issueBadServer(authority, 'expired');
    const { validFrom, validTo } = new X509Certificate(bad.cert);
    expect(Date.parse(validTo)).toBeLessThan(Date.now());
    expect(Date.parse(validFrom)).toBeLessThan(Date.parse(validTo));
  });

  it('can be issued by the hundred', async () => {
    const authority = await createAuthority('a');
    const issued = await Promise.all(
      Array.from({ length: 200 }, () => issueServer(authority)),
    );
    expect(new Set(issued.map(({ cert }) => cert)).size).toBe(200);
  });
});
