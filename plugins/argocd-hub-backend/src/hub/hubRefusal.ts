import type { HubAnswer } from './HubAnswer';
import { HubError } from './HubError';
import type { HubCall } from './HubTransport';

const LARGEST_ERROR = 64 * 1024;
const LONGEST_MESSAGE = 2_000;

/** The hub's own words for a token that it does not take; a cluster's 401 sounds different. */
const SIGNED_OUT = /^(no session information|invalid session|token )/;

/** What a hub says when it refuses, without whatever secret the call held. */
export async function refusalOf(
  answer: HubAnswer,
  call: Pick<HubCall, 'route' | 'token' | 'body'>,
): Promise<HubError> {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return new HubError({
      class: 'protocol',
      status,
      message: 'The hub redirects; is its url right, with https and base path?',
    });
  }
  const { message, code } = errorBody(
    await answer.text(LARGEST_ERROR).catch(() => ''),
  );
  const isOwn =
    call.route === 'session' || !message || SIGNED_OUT.test(message);
  return new HubError({
    class: status === 401 && isOwn ? 'auth' : 'http',
    status,
    grpcCode: code,
    retryAfterMs: retryAfter(answer),
    message: redact(worded(message, answer, call.token), call),
  });
}

/** An ordinary error body, or the frame of a stream with or without SSE around it. */
export function errorBody(text: string): { message?: string; code?: number } {
  try {
    const body = JSON.parse(text.replace(/^data:\s*/, ''));
    const frame = typeof body.error === 'object' ? body.error : body;
    const message: unknown = frame?.message ?? frame?.error;
    const code: unknown = frame?.grpc_code ?? frame?.code;
    return {
      ...(typeof message === 'string' && { message }),
      ...(typeof code === 'number' && { code }),
    };
  } catch {
    // A front's own page says nothing that belongs into a message.
    return {};
  }
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

function redact(
  message: string,
  call: Pick<HubCall, 'token' | 'body'>,
): string {
  return [call.token, ...secretsIn(call.body)]
    .filter((secret): secret is string => Boolean(secret))
    .reduce((text, secret) => text.replaceAll(secret, '***'), message)
    .slice(0, LONGEST_MESSAGE);
}

function secretsIn(body: object | undefined): string[] {
  const { password, config } = (body ?? {}) as {
    password?: unknown;
    config?: { bearerToken?: unknown };
  };
  return [password, config?.bearerToken].filter(
    secret => typeof secret === 'string',
  );
}
