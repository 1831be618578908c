import { createHmac } from 'node:crypto';
import type { Store } from '../store/Store';

/**
 * Opaque names of entities for signals, which reach every signed-in browser:
 * who knows the entity can compare, nobody can read the name back.
 */
export class ChangeKeys {
  readonly #store: Pick<Store, 'secret'>;
  #secret: Promise<string> | undefined;

  constructor(store: Pick<Store, 'secret'>) {
    this.#store = store;
  }

  async of(entityRef: string): Promise<string> {
    this.#secret ??= this.#store.secret('change-keys').catch(error => {
      this.#secret = undefined;
      throw error;
    });
    return createHmac('sha256', await this.#secret)
      .update(entityRef)
      .digest('base64url')
      .slice(0, 22);
  }
}
