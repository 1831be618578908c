import { setImmediate } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { HubError } from './HubError';
import type { HubWords } from './hubWords';
import type { ApplicationEvent } from './types';

/** So long events may be read before others get their turn. */
const TURN_MS = 10;
/** In characters, with the names of its lines; the largest object of Kubernetes has 2 MB. */
const LARGEST_EVENT = 4 * 1024 * 1024;

interface Frame {
  result?: Partial<ApplicationEvent> | null;
  error?: unknown;
}

/**
 * Reads the events of a stream until it ends. A reader that is slow slows the
 * stream: the next bytes are taken when its promise resolves. Throws HubError
 * on an error frame.
 */
export async function readApplicationStream(
  body: AsyncIterable<Buffer>,
  options: {
    words: HubWords;
    onAlive(): void;
    onEvent(event: ApplicationEvent): void | Promise<void>;
  },
): Promise<void> {
  const frames: string[] = [];
  const parser = createParser({
    onEvent: event => {
      options.onAlive();
      frames.push(event.data);
    },
    onComment: () => options.onAlive(),
    onError: error => {
      if (error.type === 'max-buffer-size-exceeded') {
        throw tooLarge();
      }
    },
    maxBufferSize: LARGEST_EVENT,
  });
  let unended = '';
  let unendedLength = 0;
  const decoder = new TextDecoder();
  let turnBegan = performance.now();
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    // The parser counts what lines hold: lines without anything would be free.
    const end = endOfEvent(unended + text);
    unendedLength = end ?? unendedLength + text.length;
    unended = (unended + text).slice(-3);
    if (unendedLength > LARGEST_EVENT) {
      throw tooLarge();
    }
    parser.feed(text);
    for (const frame of frames.splice(0)) {
      const event = eventOf(frame, options.words);
      if (event) {
        await options.onEvent(event);
      }
      if (performance.now() - turnBegan > TURN_MS) {
        await setImmediate();
        turnBegan = performance.now();
      }
    }
  }
}

/** How many characters follow the last empty line; undefined where there is none. */
function endOfEvent(text: string): number | undefined {
  const at = Math.max(
    ...['\n\n', '\n\r', '\r\r'].map(end => text.lastIndexOf(end)),
  );
  return at < 0 ? undefined : text.length - at;
}

function tooLarge(): HubError {
  return new HubError({
    class: 'protocol',
    message: 'The hub sent an event that is too large',
  });
}

function eventOf(data: string, words: HubWords): ApplicationEvent | undefined {
  const { result, error } = parsed(data);
  if (error) {
    throw endOf(error, words);
  }
  const { type, application } = result ?? {};
  return type && application?.metadata?.name
    ? { type, application }
    : undefined;
}

/** Why the hub ended the stream, as far as it can be understood. */
function endOf(error: {}, words: HubWords): HubError {
  const { message, http_code, grpc_code } = error as Record<string, unknown>;
  const reason = words(message ?? error) ?? 'no reason given';
  return new HubError({
    class: http_code === 401 ? 'auth' : 'http',
    status: typeof http_code === 'number' ? http_code : undefined,
    grpcCode: typeof grpc_code === 'number' ? grpc_code : undefined,
    message: `The hub ended the stream: ${reason}`,
  });
}

function parsed(data: string): Frame {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    throw new HubError({
      class: 'protocol',
      message: 'The hub sent an event that is no JSON',
    });
  }
}
