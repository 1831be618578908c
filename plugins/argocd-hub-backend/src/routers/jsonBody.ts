import { InputError } from '@backstage/errors';
import express, { type RequestHandler } from 'express';

/** Above every limit of a body's parts, so that those can name what is too long. */
const MAX_BODY = '1500kb';

/** Many clients announce an empty body where they send none. */
const refuseOthers: RequestHandler = (request, _response, next) => {
  const { headers } = request;
  const hasContent =
    headers['content-type'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0;
  const isOther = hasContent && request.is('application/json') === false;
  next(
    isOther ? new InputError('Send the body as application/json') : undefined,
  );
};

/** Refuses the one key that could change how our own objects behave. */
function reviver(key: string, value: unknown): unknown {
  if (key === '__proto__') {
    throw new SyntaxError('A key is not allowed');
  }
  return value;
}

/** Reads bodies, which are JSON or are refused. */
export function jsonBody(): RequestHandler[] {
  return [refuseOthers, express.json({ limit: MAX_BODY, reviver })];
}
