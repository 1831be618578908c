import type { Words } from '../hooks/useWords';

const JUST_NOW_MS = 10_000;

/** "12 min ago", "just now", or that it is not known. */
export function agoText(at: string | undefined, words: Words): string {
  const { t, time, now } = words;
  const age = time.age(at, now);
  if (!at || !age) {
    return t('time.unknown');
  }
  return now - Date.parse(at) < JUST_NOW_MS
    ? t('time.justNow')
    : t('time.ago', { age });
}
