import type { Config } from '@backstage/config';
import type { CredentialConfig } from '../config';
import { invalid } from './invalid';

const KEY = 'argocdHub.onboarding.credentials';
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** Reads `argocdHub.onboarding.credentials`. */
export function readCredentials(
  config: Config,
): Record<string, CredentialConfig> {
  // Names may hold dots, which part keys for the reader.
  const given: unknown = config.getOptional(KEY) ?? {};
  if (!isMap(given)) {
    throw invalid(KEY, 'must map names to { kubeconfigFile }');
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, credential]) => [
      name,
      readCredential(name, credential),
    ]),
  );
}

function readCredential(name: string, credential: unknown): CredentialConfig {
  if (!NAME.test(name)) {
    throw invalid(
      `${KEY}['${name}']`,
      `a credential is named by at most 253 letters and digits, with '-', '_' or '.' between them`,
    );
  }
  const file = isMap(credential) ? credential.kubeconfigFile : undefined;
  if (typeof file !== 'string' || file.trim() === '') {
    const path = /^[\w-]+$/.test(name) ? `${KEY}.${name}` : `${KEY}['${name}']`;
    throw invalid(
      `${path}.kubeconfigFile`,
      'must be the path of a file with a kubeconfig',
    );
  }
  return { kubeconfigFile: file };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
