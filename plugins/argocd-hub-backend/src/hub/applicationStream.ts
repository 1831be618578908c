import { setImmediate } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { HubError } from './HubError';
import type { ApplicationEvent } from './types';

/** So long events may be read before others get their turn. */
const TURN_MS = 10;
/** Far above what the selected fields of one application can be. */
const LARGEST_EVENT = 16 * 1024 * 1024;

interface Frame {
  result?: Partial<ApplicationEvent>;
  error?: { grpc_code?: number; http_code?: number; message?: string };
}

/**
 * Reads the events of a stream until it ends. A reader that is slow slows the
 * stream: the next bytes are taken when its promise resolves. Alive are whole
 * events and keepalives only: a login page in the hub's place sends bytes too,
 * and so does a hub that breaks off each answer. Throws HubError on an error
 * frame.
 */
export async function readApplicationStream(
  body: AsyncIterable<Buffer>,
  options: {
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
        throw new HubError({
          class: 'protocol',
          message: 'The hub sent an event that is too large',
        });
      }
    },
    maxBufferSize: LARGEST_EVENT,
  });
  const decoder = new TextDecoder();
  let turnBegan = performance.now();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const frame of frames.splice(0)) {
      const event = eventOf(frame);
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

function eventOf(data: string): ApplicationEvent | undefined {
  const { result, error } = parsed(data);
  if (error) {
    throw new HubError({
      class: error.http_code === 401 ? 'auth' : 'http',
      status: error.http_code,
      grpcCode: error.grpc_code,
      message: `The hub ended the stream: ${
        error.message ?? 'no reason given'
      }`,
    });
  }
  const { type, application } = result ?? {};
  return type && application?.metadata?.name
    ? { type, application }
    : undefined;
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
