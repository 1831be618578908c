import { randomBytes } from 'node:crypto';
import { createServerKeys, issueClient } from '../net/pki';
import type { SpokeKeys } from './Spoke';
import { TokenIssuer } from './TokenIssuer';

/** Keys of a cluster; with `shared` its authority and certificates are those. */
export async function createSpokeKeys(
  name: string,
  shared?: SpokeKeys,
): Promise<SpokeKeys> {
  const own = {
    tokenKey: TokenIssuer.createKey(),
    adminToken: randomBytes(24).toString('hex'),
  };
  if (shared) return { ...shared, ...own };
  const keys = await createServerKeys(`${name}-ca`);
  return {
    ...own,
    ...keys,
    adminCertificate: await issueClient(keys.authority, {
      user: 'kubernetes-admin',
      groups: ['system:masters'],
    }),
  };
}
