import type { HubAnswer } from './HubAnswer';
import { HubError } from './HubError';
import type { HubCall } from './HubTransport';
import { type HubWords, hubWords } from './hubWords';

const LARGEST_ERROR = 64 * 1024;

/** The hub's own words for a token that it does not take; a cluster's 401 sounds different. */
const SIGNED_OUT = /^(no session information|invalid session|token )/;

/** What a hub says when it refuses, without whatever secret it may quote. */
export async function refusalOf(
  answer: HubAnswer,
  call: Pick<HubCall, 'token'>,
  words: HubWords,
): Promise<HubError> {
  const { status } = answer;
  if (isRedirect(answer)) {
    return redirected(answer);
  }
  const { message, code } = errorBody(
    await answer.text(LARGEST_ERROR).catch(() => ''),
    words,
  );
  const isOwn = !message || SIGNED_OUT.test(message);
  return new HubError({
    class: status === 401 && isOwn ? 'auth' : 'http',
    status,
    grpcCode: code,
    retryAfterMs: retryAfter(answer),
    message: worded(message, answer, call.token),
  });
}

/**
 * A login that was refused, in our words only: whoever answers has just been
 * sent the password, and may quote it in more forms than we know.
 */
export function loginRefusal(answer: HubAnswer): HubError {
  const { status } = answer;
  if (isRedirect(answer)) {
    return redirected(answer);
  }
  const isWrong = status === 401;
  return new HubError({
    class: isWrong ? 'auth' : 'http',
    status,
    retryAfterMs: retryAfter(answer),
    message: isWrong
      ? 'The hub does not take the login; are username and password right, and is the account enabled and not locked?'
      : `The hub answered a login with ${status}`,
  });
}

/** An ordinary error body, or the frame of a stream with or without SSE around it. */
export function errorBody(
  text: string,
  words: HubWords,
): { message?: string; code?: number } {
  try {
    const body = JSON.parse(text.replace(/^data:\s*/, ''));
    const frame = typeof body.error === 'object' ? body.error : body;
    const message = words(frame?.message ?? frame?.error);
    const code: unknown = frame?.grpc_code ?? frame?.code;
    return {
      ...(message && { message }),
      ...(typeof code === 'number' && { code }),
    };
  } catch {
    // A front's own page says nothing that belongs into a message.
    return {};
  }
}

/** Of a hub that may quote what a call sent. */
export function wordsAfter(
  call: Pick<HubCall, 'token' | 'body'>,
  configured: readonly string[],
): HubWords {
  const { config } = (call.body ?? {}) as {
    config?: { bearerToken?: unknown };
  };
  return hubWords([...configured, call.token, config?.bearerToken]);
}

function isRedirect({ status }: HubAnswer): boolean {
  return status >= 300 && status < 400;
}

function redirected({ status }: HubAnswer): HubError {
  return new HubError({
    class: 'protocol',
    status,
    message: 'The hub redirects; is its url right, with https and base path?',
  });
}

function worded(
  message: string | undefined,
  answer: HubAnswer,
  token: string | undefined,
): string {
  if (message === 'no session information' && token) {
    // The hub passes over what does not look like a token of its own.
    return `${message} (is the configured token one of Argo CD? It has three parts, with dots between them)`;
  }
  return message || `The hub answered ${answer.status}`;
}

/** Seconds, or a time by the clock of who answered. */
function retryAfter(answer: HubAnswer): number | undefined {
  const value = answer.header('retry-after');
  if (value === undefined) {
    return undefined;
  }
  const sentAt = Date.parse(answer.header('date') ?? '') || Date.now();
  const wait = /^\s*\d+\s*$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - sentAt;
  return wait > 0 ? wait : undefined;
}
