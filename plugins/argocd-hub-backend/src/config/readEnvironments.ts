import type { Config } from '@backstage/config';
import { invalid } from './invalid';

const KEY = 'argocdHub.environments';
const DEFAULT = ['dev', 'staging', 'prod', 'dr'];

/** Reads `argocdHub.environments`. */
export function readEnvironments(config: Config): string[] {
  const names = config.getOptionalStringArray(KEY) ?? DEFAULT;
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first < index) {
      throw invalid(
        `${KEY}[${index}]`,
        `'${name}' is already at ${KEY}[${first}]; name each environment once, where it comes in the order of promotion`,
      );
    }
  });
  return names;
}
