import { InputError } from '@backstage/errors';
import type { ClusterCredential } from 'backstage-plugin-argocd-hub-common';

/** The secret of the task in which the credential field leaves the kubeconfig. */
export const SECRET = 'kubeconfig';

/**
 * The credential of a task: the one that its input names, else the kubeconfig
 * among its secrets, which the form field writes as base64 and a script may write
 * as it is.
 *
 * @throws InputError that repeats nothing of it
 */
export function credentialOf(options: {
  credential?: string;
  secrets?: Record<string, string>;
}): ClusterCredential {
  if (options.credential) return { name: options.credential };
  const secret = options.secrets?.[SECRET];
  if (!secret) {
    throw new InputError(
      `This step needs a kubeconfig. Use the field ArgocdHubCredential for the parameter "${SECRET}" (a value that was pasted earlier is not kept: start the template anew), or name a configured credential.`,
    );
  }
  return { kubeconfig: decode(secret) };
}

/** A kubeconfig always holds characters that base64 does not have. */
function decode(secret: string): string {
  const compact = secret.replace(/\s/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(compact)
    ? Buffer.from(compact, 'base64').toString('utf8')
    : secret;
}
