import { mockApis } from '@backstage/frontend-test-utils';
import type { Words } from '../../src/hooks/useWords';
import { createTimeFormat } from '../../src/text/timeFormat';
import { argocdHubTranslationRef } from '../../src/translation';

export const NOW = Date.parse('2026-03-01T14:14:00.000Z');

/** English words at 14:14 in UTC. */
export function testWords(now: number = NOW): Words {
  const translation = mockApis
    .translation()
    .getTranslation(argocdHubTranslationRef);
  if (!translation.ready) {
    throw new Error('The English texts are part of the plugin');
  }
  return { t: translation.t, time: createTimeFormat('en', 'UTC'), now };
}

/** So many minutes before `NOW`. */
export function before(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString();
}
