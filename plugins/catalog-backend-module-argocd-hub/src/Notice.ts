import type { LoggerService } from '@backstage/backend-plugin-api';

/** Something that holds for a while and is found anew again and again: said once. */
export class Notice {
  readonly #logger: LoggerService;
  #said: string | undefined;

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  /** Undefined: nothing is wrong any more. */
  say(text: string | undefined): void {
    if (text !== undefined && text !== this.#said) {
      this.#logger.warn(text);
    }
    this.#said = text;
  }
}
