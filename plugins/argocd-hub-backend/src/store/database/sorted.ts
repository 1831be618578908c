import { compareText } from '../../compareText';

/** The order in which a hub writes its maps means nothing. */
export function sorted(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).sort(([a], [b]) => compareText(a, b)),
  );
}
