import 'reflect-metadata';
import { createPrivateKey, randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CertificateFault } from './faults';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365 * DAY;
const LOOPBACK: x509.JsonGeneralName[] = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: 'kubernetes.default.svc' },
];

const SERVER = {
  name: 'CN=kube-apiserver',
  usage: x509.ExtendedKeyUsage.serverAuth,
};

interface Signer {
  issuer: x509.X509Certificate;
  signingKey: CryptoKey;
  identifier: x509.Extension;
}

const signers = new WeakMap<KeyPair, Promise<Signer>>();

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
  return issue(authority, { ...SERVER, names: LOOPBACK });
}

/** An authority of its own for a server on loopback, with the server's certificate. */
export async function createServerKeys(
  commonName: string,
): Promise<{ authority: KeyPair; server: KeyPair }> {
  const authority = await createAuthority(commonName);
  return { authority, server: await issueServer(authority) };
}

const bad = new WeakMap<KeyPair, Map<CertificateFault, Promise<KeyPair>>>();

/**
 * Issues a server certificate that clients who trust the authority refuse; made
 * once for each authority.
 */
export function issueBadServer(
  authority: KeyPair,
  how: CertificateFault,
): Promise<KeyPair> {
  const made = bad.get(authority) ?? new Map();
  bad.set(authority, made);
  const pair = made.get(how) ?? makeBadServer(authority, how);
  made.set(how, pair);
  return pair;
}

async function makeBadServer(
  authority: KeyPair,
  how: CertificateFault,
): Promise<KeyPair> {
  switch (how) {
    case 'expired':
      return issue(authority, {
        ...SERVER,
        names: LOOPBACK,
        notAfter: new Date(Date.now() - DAY),
      });
    case 'wrong-host':
      return issue(authority, {
        ...SERVER,
        names: [{ type: 'dns', value: 'elsewhere.example.com' }],
      });
    default:
      return issueServer(await createAuthority('unknown-ca'));
  }
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
    /** default: in ten years */
    notAfter?: Date;
  },
): Promise<KeyPair> {
  const [keys, { issuer, signingKey, identifier }] = await Promise.all([
    generateKeys(),
    signerOf(authority),
  ]);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: options.name,
    issuer: issuer.subject,
    ...validity(options.notAfter),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([options.usage]),
      ...(options.names.length
        ? [new x509.SubjectAlternativeNameExtension(options.names)]
        : []),
      identifier,
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/** An authority as signing needs it, read once. */
function signerOf(authority: KeyPair): Promise<Signer> {
  const signer = signers.get(authority) ?? readSigner(authority);
  signers.set(authority, signer);
  return signer;
}

async function readSigner(authority: KeyPair): Promise<Signer> {
  const issuer = new x509.X509Certificate(authority.cert);
  const [signingKey, identifier] = await Promise.all([
    importKey(authority.key),
    x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ]);
  return { issuer, signingKey, identifier };
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

function validity(notAfter = new Date(Date.now() + 10 * YEAR)) {
  // One that has expired must have begun before.
  const begin = Math.min(Date.now() - 60_000, notAfter.getTime() - DAY);
  return { notBefore: new Date(begin), notAfter };
}

function serial(): string {
  return `01${randomBytes(8).toString('hex')}`;
}

function pem(cert: x509.X509Certificate): string {
  return `${cert.toString('pem')}\n`;
}
