import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import type { HubConfig, HubFault } from '../config';
import { invalid } from './invalid';

/** Up to its end, or to where the next begins. */
const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]*?(?=-----BEGIN |$)/g;

/** Reads `tls` of a hub. Certificates are checked here, so that a typo is not found at the first handshake. */
export function readTls(
  config: Config,
  path: string,
): Pick<HubConfig, 'tls' | 'fault'> {
  const file = config.getOptionalString('tls.caFile');
  const data = config.getOptionalString('tls.caData');
  if (file && data) {
    throw invalid(`${path}.tls`, 'has both caFile and caData; keep one');
  }
  const skipVerify =
    config.getOptionalBoolean('tls.dangerouslySkipTlsVerify') ?? false;
  if (file) {
    const key = `${path}.tls.caFile`;
    const pem = readPem(key, file);
    return typeof pem === 'string'
      ? { tls: { ca: checked(key, pem), skipVerify } }
      : { tls: { skipVerify }, fault: pem };
  }
  if (data) {
    const ca = checked(`${path}.tls.caData`, decoded(data));
    return { tls: { ca, skipVerify } };
  }
  return { tls: { skipVerify } };
}

function readPem(key: string, file: string): string | HubFault {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { message } = error as Error;
    return {
      class: 'tls',
      message: 'The file with the CA certificates of this hub cannot be read',
      cause: invalid(key, `cannot be read: ${message}`).message,
    };
  }
}

/** PEM as it is, or PEM in base64 as a kubeconfig holds it. */
function decoded(data: string): string {
  return data.includes('-----BEGIN')
    ? data
    : Buffer.from(data, 'base64').toString('utf8');
}

/** Each of a bundle: those behind one that is broken would be left out without a word. */
function checked(key: string, pem: string): string {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (!certificates.length) {
    throw invalid(key, 'holds no certificate in PEM form');
  }
  certificates.forEach((certificate, index) => {
    if (!isCertificate(certificate)) {
      throw invalid(
        key,
        `certificate ${index + 1} of ${
          certificates.length
        } is broken: it must be in PEM form, from its BEGIN line to its END line`,
      );
    }
  });
  return pem;
}

function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}
