import {
  STATUS_CODES,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AnswerFault, StatusFault } from './faults';
import { onFirstWrite, trickle } from './responses';

/** What a server itself would answer with a code, without looking at the request. */
export interface PlainAnswer {
  body: string;
  contentType: string;
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** lets the server carry the request out */
  handle: () => void;
  /** ends the connection with RST */
  reset: () => void;
}

export interface AnswerSettings {
  scaled: (ms: number) => number;
  random: () => number;
  plainAnswer: (code: number) => PlainAnswer;
}

/** Carries a request out as far as the fault lets it. */
export function answerWith(
  fault: AnswerFault | undefined,
  exchange: Exchange,
  settings: AnswerSettings,
): void {
  const { response, handle, reset } = exchange;
  switch (fault?.kind) {
    case 'unanswered':
      return;
    case 'status':
      if (isHit(fault, exchange.request, settings)) {
        refuse(fault, exchange, settings);
        return;
      }
      break;
    case 'slow': {
      const { bytesPerSecond } = fault;
      if (bytesPerSecond) {
        trickle(response, (bytesPerSecond * 1000) / settings.scaled(1000));
      }
      const timer = setTimeout(handle, settings.scaled(fault.delayMs));
      response.on('close', () => clearTimeout(timer));
      return;
    }
    case 'reset':
      onFirstWrite(response, {
        keepsHalf: fault.after === 'headers',
        end: reset,
      });
      break;
    case 'truncated':
      onFirstWrite(response, {
        keepsHalf: true,
        end: () => response.socket?.destroySoon(),
      });
      break;
    default:
  }
  handle();
}

function isHit(
  { share = 1, pathPrefix = '' }: StatusFault,
  request: IncomingMessage,
  { random }: AnswerSettings,
): boolean {
  return !!request.url?.startsWith(pathPrefix) && random() < share;
}

function refuse(
  { code, retryAfter, body }: StatusFault,
  { request, response }: Exchange,
  { plainAnswer }: AnswerSettings,
): void {
  const plain = plainAnswer(code);
  const text = body ?? plain.body;
  const type = body === undefined ? plain.contentType : typeOf(body);
  request.resume();
  response.writeHead(code, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
  });
  response.end(text);
}

function typeOf(body: string): string {
  return /^\s*[{[]/.test(body) ? 'application/json' : 'text/plain';
}

/** The name of a code, as a plain server says it. */
export function plainText(code: number): PlainAnswer {
  return { body: `${STATUS_CODES[code] ?? code}\n`, contentType: 'text/plain' };
}
