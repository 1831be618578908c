import { type Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds, type HumanDuration } from '@backstage/types';
import type { ArgocdHubConfig } from '../config';
import { invalid } from './invalid';

const RETENTION = 'argocdHub.history.retention';
const HOUR_MS = 60 * 60_000;
const LONGEST_DAYS = 3_650;

/** Reads `argocdHub.history`. */
export function readHistory(config: Config): ArgocdHubConfig['history'] {
  const retentionMs = durationToMilliseconds(
    config.has(RETENTION) ? parse(config) : { days: 30 },
  );
  if (!(retentionMs >= HOUR_MS && retentionMs <= LONGEST_DAYS * 24 * HOUR_MS)) {
    throw invalid(
      RETENTION,
      `must be at least 1 hour, and at most ${LONGEST_DAYS} days`,
    );
  }
  return { retentionMs };
}

function parse(config: Config): HumanDuration {
  try {
    return readDurationFromConfig(config, { key: RETENTION });
  } catch (error) {
    throw invalid(RETENTION, (error as Error).message);
  }
}
