import { withoutCredentials } from 'backstage-plugin-argocd-hub-common';
import { withoutSecrets } from '../hub/withoutSecrets';
import { text } from './values';

/** Characters that are looked at: far above what is kept of any text. */
const LONGEST_READ = 64 * 1024;
/** Of a word that ends where reading did. */
const LONGEST_WORD = 4 * 1024;

/**
 * A text for people, without secrets that it quotes. Where it was cut it ends
 * with a sign of that. Secrets go before it is cut: half of one, or of the
 * address around it, would not be known as one.
 */
export function prose(value: unknown, longest: number): string | undefined {
  const told = text(value, LONGEST_READ);
  if (told === undefined) {
    return undefined;
  }
  const isCut = (value as string).length > LONGEST_READ;
  const whole = withoutSecrets(told);
  const clean = isCut ? withoutLastWord(whole) : whole;
  return isCut || clean.length > longest
    ? `${text(clean, longest - 1)}…`
    : clean;
}

/**
 * The address of a repository or cluster, or the name that is one. Its login
 * goes before it is cut.
 */
export function address(
  value: unknown,
  options: { longest?: number; strip?: (address: string) => string } = {},
): string {
  const { longest, strip = withoutCredentials } = options;
  return text(strip(text(value, LONGEST_READ) ?? ''), longest) ?? '';
}

/** A login without its end is not always known for one. */
function withoutLastWord(told: string): string {
  const shortest = Math.max(0, told.length - LONGEST_WORD);
  let end = told.length;
  while (end > shortest && !/\s/.test(told[end - 1])) {
    end -= 1;
  }
  return told.slice(0, end);
}
