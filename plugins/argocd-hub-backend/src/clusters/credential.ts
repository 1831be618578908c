import { readFile } from 'node:fs/promises';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import type { ClusterCredential } from 'backstage-plugin-argocd-hub-common';
import type { CredentialConfig } from '../config';
import { readKubeconfig, type SpokeAccess } from './kubeconfig';

/**
 * Reads the credential that a request gives, or the configured one that it names.
 *
 * @throws InputError, or ServiceUnavailableError when the configured file cannot be read
 */
export async function readCredential(
  credential: ClusterCredential,
  configured: Record<string, CredentialConfig>,
): Promise<SpokeAccess> {
  if ('kubeconfig' in credential) return readKubeconfig(credential.kubeconfig);
  const { name } = credential;
  if (!Object.hasOwn(configured, name)) {
    throw new InputError(
      'No credential of that name is configured in argocdHub.onboarding.credentials.',
    );
  }
  return readKubeconfig(await readConfigured(name, configured[name]));
}

async function readConfigured(
  name: string,
  { kubeconfigFile }: CredentialConfig,
): Promise<string> {
  try {
    return await readFile(kubeconfigFile, 'utf8');
  } catch {
    throw new ServiceUnavailableError(
      `The file of argocdHub.onboarding.credentials.${name} cannot be read.`,
    );
  }
}
