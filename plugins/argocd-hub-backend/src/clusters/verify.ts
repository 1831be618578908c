import type { RbacPreset } from 'backstage-plugin-argocd-hub-common';
import { setTimeout as delay } from 'node:timers/promises';
import type { Checklist } from './Checklist';
import { describeAccess } from './requirements';
import type { SpokeClient } from './spoke/SpokeClient';
import { SpokeError } from './spoke/SpokeError';
import type { AccessRequest } from './spoke/types';

/** A cluster may need a moment until it knows a new token and new roles. */
const PATIENCE_MS = 10_000;
const POLL_MS = 250;

/** A right that no hub with less than `admin` may have. */
const FORBIDDEN: AccessRequest = {
  verb: 'create',
  group: '',
  resource: 'secrets',
  namespace: 'kube-system',
};

/**
 * Proves with the new token that the account may do what is planned and nothing
 * more.
 *
 * @throws SpokeError when it may not, or when the cluster gives it more than that
 */
export async function verifyAccount(
  spoke: SpokeClient,
  options: { preset: RbacPreset; destinationNamespaces: string[] },
  list: Checklist,
): Promise<void> {
  for (const access of expectedRights(options)) {
    await waitUntilAllowed(spoke, access);
  }
  if (options.preset === 'admin') {
    list.pass('account', 'The account made for the hub may do everything.');
    return;
  }
  if (await spoke.canI(FORBIDDEN)) {
    throw new SpokeError({
      reason: 'other',
      message: `The account made for the hub may also ${describeAccess(
        FORBIDDEN,
      )}. The cluster gives service accounts more rights than planned, so it was not registered.`,
    });
  }
  list.pass(
    'account',
    'The account made for the hub works, and the cluster refuses it what it was not given.',
  );
}

function expectedRights(options: {
  preset: RbacPreset;
  destinationNamespaces: string[];
}): AccessRequest[] {
  const { preset, destinationNamespaces } = options;
  const read = { verb: 'list', group: '', resource: 'pods' };
  const write = { verb: 'create', group: 'apps', resource: 'deployments' };
  if (preset === 'admin') return [read, write, FORBIDDEN];
  return destinationNamespaces.flatMap(namespace => [
    preset === 'scoped' ? read : { ...read, namespace },
    { ...write, namespace },
  ]);
}

async function waitUntilAllowed(
  spoke: SpokeClient,
  access: AccessRequest,
): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await isAllowed(spoke, access, giveUpAt))) {
    if (Date.now() > giveUpAt) {
      throw new SpokeError({
        reason: 'auth',
        message: `The account made for the hub may not ${describeAccess(
          access,
        )}, although its role says so.`,
      });
    }
    await delay(POLL_MS);
  }
}

async function isAllowed(
  spoke: SpokeClient,
  access: AccessRequest,
  giveUpAt: number,
): Promise<boolean> {
  try {
    return await spoke.canI(access);
  } catch (error) {
    const isUnknownYet = error instanceof SpokeError && error.status === 401;
    if (isUnknownYet && Date.now() < giveUpAt) return false;
    throw error;
  }
}
