import { InputError } from '@backstage/errors';

/**
 * What a person needs to mend their app-config. `problem` never holds the value
 * of a secret.
 *
 * @param key - its whole path, such as `argocdHub.hubs[0].url`
 * @public
 */
export function invalidConfig(key: string, problem: string): InputError {
  return new InputError(`Invalid config at '${key}': ${problem}`);
}
