import { setTimeout as delay } from 'node:timers/promises';
import { compareObject, replacement, type ObjectStep } from './compare';
import type { SpokeClient } from './spoke/SpokeClient';
import { SpokeError } from './spoke/SpokeError';
import { titleOf } from './spoke/resources';
import type { KubeObject } from './spoke/types';

const TOKEN_MS = 15_000;
const POLL_MS = 200;

/** Something that a run made or changed on a cluster, in that order. */
export interface MadeObject {
  action: 'created' | 'changed';
  object: KubeObject;
}

/**
 * Carries the steps out, one after the other. `made` is filled as it goes, so
 * that it is complete also when a step fails.
 *
 * @param assertAlone - throws where nothing more may be written
 */
export async function makeObjects(
  spoke: SpokeClient,
  steps: ObjectStep[],
  made: MadeObject[],
  assertAlone?: () => void,
): Promise<void> {
  for (const step of steps) {
    if (step.action !== 'keep') assertAlone?.();
    if (step.action === 'create') {
      await create(spoke, step.planned, made);
    } else if (step.action === 'replace') {
      await spoke.replace(replacement(step.planned, step.current));
      made.push({ action: 'changed', object: step.planned });
    }
  }
}

/** The token that the cluster put into the Secret, once it is there. */
export async function readToken(
  spoke: SpokeClient,
  secret: KubeObject,
): Promise<string> {
  const giveUpAt = Date.now() + TOKEN_MS;
  for (;;) {
    const found = await spoke.get(secret);
    const { token } = (found?.data ?? {}) as { token?: unknown };
    if (typeof token === 'string' && token) {
      return Buffer.from(token, 'base64').toString('utf8');
    }
    if (Date.now() > giveUpAt) {
      throw new SpokeError({
        reason: 'timeout',
        message: `The cluster made no token for ${titleOf(secret)} within ${
          TOKEN_MS / 1000
        } s. Is its token controller switched off?`,
      });
    }
    await delay(POLL_MS);
  }
}

async function create(
  spoke: SpokeClient,
  planned: KubeObject,
  made: MadeObject[],
): Promise<void> {
  try {
    await spoke.create(planned);
  } catch (error) {
    // The answer may have been lost, or somebody may have been quicker.
    const current = await spoke.get(planned).catch(() => undefined);
    if (!current) throw error;
    if (compareObject(planned, current).action !== 'keep') throw error;
  }
  made.push({ action: 'created', object: planned });
}
