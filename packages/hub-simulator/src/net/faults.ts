/**
 * What can be wrong with a port, as its clients see it. A listener has at most
 * one fault of a connection and one of its answers at a time.
 */
export type ListenerFault = ConnectionFault | AnswerFault;

/** The shorthand of a fault without settings. */
export type SimpleFault = 'refused' | 'black-holed' | 'half-open';

export type CertificateFault = 'expired' | 'wrong-host' | 'unknown-authority';

export type ConnectionFault =
  /** the port is closed, what is open gets reset */
  | { kind: 'refused' }
  /** packets are dropped: dials hang, what is open falls silent until healed */
  | { kind: 'black-holed' }
  /** what is open falls silent and is reset when healed, new connections work */
  | { kind: 'half-open' }
  /** connections are accepted, not a byte comes; what is open gets closed */
  | { kind: 'unanswered'; at?: 'connection' }
  /** new TLS handshakes get such a certificate */
  | { kind: 'bad-certificate'; how: CertificateFault };

export type AnswerFault =
  /** connections and TLS work, requests are taken, none is answered */
  | { kind: 'unanswered'; at: 'request' }
  /** each answer comes late (simulated milliseconds), its body at a trickle */
  | { kind: 'slow'; delayMs: number; bytesPerSecond?: number }
  /**
   * The request is carried out, then RST comes instead of the answer, or after
   * its headers and half of what would come first.
   */
  | { kind: 'reset'; after?: 'request' | 'headers' }
  /** the connection ends in the middle of the body */
  | { kind: 'truncated' }
  /** answered by nobody who knows the request, which is not carried out */
  | StatusFault;

export interface StatusFault {
  kind: 'status';
  code: number;
  /** seconds, for the header Retry-After */
  retryAfter?: number;
  /** default: what the server itself says with such a code */
  body?: string;
  /** how much of the requests it hits, 0 to 1; default: all */
  share?: number;
  /** only paths that begin so */
  pathPrefix?: string;
}

export function isConnectionFault(
  fault: ListenerFault,
): fault is ConnectionFault {
  switch (fault.kind) {
    case 'refused':
    case 'black-holed':
    case 'half-open':
    case 'bad-certificate':
      return true;
    case 'unanswered':
      return fault.at !== 'request';
    default:
      return false;
  }
}

const CERTIFICATE_FAULTS: CertificateFault[] = [
  'expired',
  'wrong-host',
  'unknown-authority',
];

type Fields = Record<string, unknown>;

const READERS: Record<ListenerFault['kind'], (from: Fields) => ListenerFault> =
  {
    refused: () => ({ kind: 'refused' }),
    'black-holed': () => ({ kind: 'black-holed' }),
    'half-open': () => ({ kind: 'half-open' }),
    truncated: () => ({ kind: 'truncated' }),
    unanswered: from =>
      oneOf(from, 'at', ['connection', 'request'], 'connection') === 'request'
        ? { kind: 'unanswered', at: 'request' }
        : { kind: 'unanswered' },
    'bad-certificate': from => ({
      kind: 'bad-certificate',
      how: oneOf(from, 'how', CERTIFICATE_FAULTS, 'expired'),
    }),
    reset: from => ({
      kind: 'reset',
      after: oneOf(from, 'after', ['request', 'headers'] as const, 'request'),
    }),
    slow: from => ({
      kind: 'slow',
      delayMs: number(from, 'delayMs', { max: 86_400_000 }) ?? 0,
      bytesPerSecond: number(from, 'bytesPerSecond', { min: 1, max: 1e12 }),
    }),
    status: from => ({
      kind: 'status',
      code: Math.trunc(number(from, 'code', { min: 200, max: 599 }) ?? 500),
      retryAfter: number(from, 'retryAfter', { max: 86_400 }),
      share: number(from, 'share', { max: 1 }),
      body: text(from, 'body'),
      pathPrefix: text(from, 'pathPrefix'),
    }),
  };

/**
 * Reads a fault that came as JSON; a name alone is a fault with its defaults.
 * Throws an Error that says what is wrong with it.
 */
export function parseFault(input: unknown): ListenerFault {
  const from = (typeof input === 'string' ? { kind: input } : input) as Fields;
  const reader = Object.hasOwn(READERS, String(from?.kind))
    ? READERS[from.kind as ListenerFault['kind']]
    : undefined;
  if (!reader) {
    throw new Error(`kind must be one of ${Object.keys(READERS).join(', ')}`);
  }
  const fault = reader(from);
  const known = Object.entries(fault).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(known) as unknown as ListenerFault;
}

function oneOf<T extends string>(
  from: Fields,
  key: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const value = from[key] ?? fallback;
  if (allowed.includes(value as T)) return value as T;
  throw new Error(`${key} must be one of ${allowed.join(', ')}`);
}

function number(
  from: Fields,
  key: string,
  { min = 0, max }: { min?: number; max: number },
): number | undefined {
  const value = from[key];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new Error(`${key} must be a number from ${min} to ${max}`);
}

function text(from: Fields, key: string): string | undefined {
  const value = from[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${key} must be text`);
}
