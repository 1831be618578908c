import 'reflect-metadata';
import { createPrivateKey, randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const YEAR = 365 * 24 * 60 * 60 * 1000;

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** Makes a self-signed certificate authority. */
export async function createAuthority(commonName: string): Promise<KeyPair> {
  const keys = await generateKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${commonName}`,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/** Issues a certificate for a server on loopback. */
export async function issueServer(authority: KeyPair): Promise<KeyPair> {
  return issue(authority, {
    name: 'CN=kube-apiserver',
    usage: x509.ExtendedKeyUsage.serverAuth,
    names: [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'localhost' },
      { type: 'dns', value: 'kubernetes.default.svc' },
    ],
  });
}

/** Issues a client certificate: the user is its CN, the groups are its O. */
export async function issueClient(
  authority: KeyPair,
  subject: { user: string; groups: string[] },
): Promise<KeyPair> {
  const groups = subject.groups.map(group => `O=${group}`);
  return issue(authority, {
    name: [...groups, `CN=${subject.user}`].join(', '),
    usage: x509.ExtendedKeyUsage.clientAuth,
    names: [],
  });
}

async function issue(
  authority: KeyPair,
  options: {
    name: string;
    usage: x509.ExtendedKeyUsage;
    names: x509.JsonGeneralName[];
  },
): Promise<KeyPair> {
  const keys = await generateKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: options.name,
    issuer: issuer.subject,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([options.usage]),
      ...(options.names.length
        ? [new x509.SubjectAlternativeNameExtension(options.names)]
        : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

function generateKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key);
  return createPrivateKey({
    key: Buffer.from(der),
    format: 'der',
    type: 'pkcs8',
  }).export({ format: 'pem', type: 'pkcs8' }) as string;
}

function importKey(key: string): Promise<CryptoKey> {
  const der = createPrivateKey(key).export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function validity() {
  return {
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 10 * YEAR),
  };
}

function serial(): string {
  return `01${randomBytes(8).toString('hex')}`;
}

function pem(cert: x509.X509Certificate): string {
  return `${cert.toString('pem')}\n`;
}
