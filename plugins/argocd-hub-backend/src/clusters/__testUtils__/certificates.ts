import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A self-signed certificate with its key, both PEM. */
export async function selfSigned(options: { notAfter: Date }) {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, [
    'sign',
    'verify',
  ]);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test',
    notBefore: new Date('2020-01-01'),
    notAfter: options.notAfter,
    signingAlgorithm: ALGORITHM,
    keys: keys as CryptoKeyPair,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'spoke.example.com' },
      ]),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return { cert: cert.toString('pem'), key: String(key) };
}
