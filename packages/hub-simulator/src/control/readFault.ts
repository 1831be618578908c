import { type ListenerFault, parseFault } from '../net/faults';
import { ControlError } from './ControlError';
import { input } from './input';

const FIELDS = [
  'kind',
  'how',
  'from',
  'at',
  'after',
  'delayMs',
  'bytesPerSecond',
  'code',
  'retryAfter',
  'share',
  'pathPrefix',
  'body',
];

/** What kind of fault a call is about; `how` does where it means nothing else. */
export function kindOf(
  body: Record<string, unknown>,
  query: URLSearchParams,
): unknown {
  return body.kind ?? body.how ?? query.get('how') ?? 'refused';
}

/**
 * The fault of a port that a call asks for; throws 400 for what is none.
 *
 * @param others - kinds that the caller knows besides, for the error
 */
export function readFault(
  body: Record<string, unknown>,
  query: URLSearchParams,
  others: readonly string[] = [],
): ListenerFault {
  input.only(body, FIELDS);
  const kind = kindOf(body, query);
  try {
    return parseFault({ ...body, kind });
  } catch (error) {
    const { message } = error as Error;
    const isKind = message.startsWith('kind ');
    const more = isKind ? others.map(other => `, ${other}`).join('') : '';
    throw new ControlError(400, `${message}${more}`);
  }
}

/** A fault that this port cannot have is the caller's mistake. */
export function refuse(error: Error): never {
  throw new ControlError(400, error.message);
}
