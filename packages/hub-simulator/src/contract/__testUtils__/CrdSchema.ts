import type { ValidateFunction } from 'ajv';
import {
  close,
  createAjv,
  type Finding,
  findingsOf,
  readSchema,
  type Schema,
} from './schema';

export type Kind = 'application' | 'applicationset' | 'appproject';

/** What the API server of the hub would store of an object. */
export class CrdSchema {
  readonly #validators = new Map<Kind, ValidateFunction>();

  /**
   * Where an object is not what its CRD allows. The API of Argo CD leaves out
   * apiVersion and kind; metadata is the API server's own matter.
   */
  check(kind: Kind, object: unknown): Finding[] {
    let validate = this.#validators.get(kind);
    if (!validate) {
      validate = createAjv().compile(close(readSchema<Schema>(kind)));
      this.#validators.set(kind, validate);
    }
    return findingsOf(validate, object);
  }
}
