import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import type { HubConfig } from '../config';
import { invalid } from './invalid';

/** Reads `tls` of a hub. Certificates are checked here, so that a typo is not found at the first handshake. */
export function readTls(config: Config, path: string): HubConfig['tls'] {
  const file = config.getOptionalString('tls.caFile');
  const data = config.getOptionalString('tls.caData');
  if (file && data) {
    throw invalid(`${path}.tls`, 'has both caFile and caData; keep one');
  }
  const skipVerify =
    config.getOptionalBoolean('tls.dangerouslySkipTlsVerify') ?? false;
  if (file) {
    const key = `${path}.tls.caFile`;
    return { ca: checked(key, readPem(key, file)), skipVerify };
  }
  if (data) {
    return { ca: checked(`${path}.tls.caData`, decoded(data)), skipVerify };
  }
  return { skipVerify };
}

function readPem(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(key, `cannot be read: ${(error as Error).message}`);
  }
}

/** PEM as it is, or PEM in base64 as a kubeconfig holds it. */
function decoded(data: string): string {
  return data.includes('-----BEGIN')
    ? data
    : Buffer.from(data, 'base64').toString('utf8');
}

function checked(key: string, pem: string): string {
  try {
    // Reads the first certificate of a bundle.
    return new X509Certificate(pem) && pem;
  } catch {
    throw invalid(key, 'holds no certificate in PEM form');
  }
}
