import { InputError } from '@backstage/errors';
import type { RequestHandler } from 'express';

/**
 * Refuses parameters that the parser of the query left out: `__proto__`, and
 * what comes after a thousand others. Nobody could tell that they are unknown.
 */
export const refuseDroppedKeys: RequestHandler = (request, _response, next) => {
  const [, ...texts] = request.url.split('?');
  const isDropped = [...new URLSearchParams(texts.join('?')).keys()].some(
    key =>
      key.includes('__proto__') ||
      !Object.hasOwn(request.query, key.split('[', 1)[0]),
  );
  next(isDropped ? new InputError('Unknown parameter') : undefined);
};
