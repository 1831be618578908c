import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Deployment } from 'backstage-plugin-argocd-hub-common';
import { HubFailure } from '../explainFailure';
import { judge } from './judge';

/** A line at least this often, so that nobody thinks the task hangs. */
const REMIND_MS = 30_000;

/**
 * Looks again and again until all deployments run as they should.
 *
 * @throws Error with Argo CD's words when one fails, or when time is over;
 * AbortError when the task is cancelled
 */
export async function waitFor(options: {
  /** What is there now. */
  look: () => Promise<Deployment[]>;
  /** Names of applications that must be among them. */
  expected: string[];
  timeoutMs: number;
  pollMs: number;
  signal?: AbortSignal;
  logger: LoggerService;
}): Promise<Deployment[]> {
  const { look, expected, timeoutMs, pollMs, signal, logger } = options;
  const startedAt = Date.now();
  let said = { text: '', at: 0 };
  const say = (text: string) => {
    if (text === said.text && Date.now() - said.at < REMIND_MS) return;
    logger.info(text === said.text ? `Still waiting: ${text}` : text);
    said = { text, at: Date.now() };
  };
  for (;;) {
    signal?.throwIfAborted();
    const reason = await tryOnce();
    if (typeof reason !== 'string') return reason;
    say(reason);
    if (Date.now() - startedAt > timeoutMs) {
      throw new Error(
        `Gave up after ${Math.round(
          timeoutMs / 1000,
        )} s: ${reason}. What was done stays; Argo CD goes on trying.`,
      );
    }
    await delay(pollMs, undefined, { signal });
  }

  async function tryOnce(): Promise<Deployment[] | string> {
    try {
      const deployments = await look();
      const progress = judge(deployments, expected);
      if (progress.state === 'failed') throw new Error(progress.reason);
      return progress.state === 'done' ? deployments : progress.reason;
    } catch (error) {
      const isTransient = error instanceof HubFailure && error.isTransient;
      if (isTransient) return `No answer at the moment (${error.message})`;
      throw error;
    }
  }
}
