import { InputError } from '@backstage/errors';

/** What a person needs to mend their app-config. Never holds the value of a secret. */
export function invalid(key: string, problem: string): InputError {
  return new InputError(`Invalid config at '${key}': ${problem}`);
}
