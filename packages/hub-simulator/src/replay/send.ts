import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { parsed } from './json';
import type { RecordedRequest } from './recording';

/** However slow an answer is: more is no answer. */
const ANSWER_MS = 20_000;
/** A stream that is quiet for so long has said what it had to say. */
const QUIET_MS = 700;

/** Headers that belong to a connection and not to what is asked. */
const OWN = ['host', 'connection', 'content-length', 'transfer-encoding'];

export interface Answer {
  /** undefined when there was none */
  status?: number;
  headers: Record<string, string>;
  /** JSON where it is JSON, else text */
  body: unknown;
}

/** Sends a recorded request to a hub. Streams are cut when they fall silent. */
export function send(
  url: string,
  request: RecordedRequest,
  options: { isStream: boolean; addsType?: boolean },
): Promise<Answer> {
  const { protocol, hostname, port } = new URL(url);
  const open = protocol === 'https:' ? httpsRequest : httpRequest;
  const { method, path, body } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !OWN.includes(name)),
  );
  // Whoever recorded headers at all would have recorded this one.
  const needsType = method !== 'GET' && options.addsType;
  const limitMs = options.isStream ? QUIET_MS * 2 : ANSWER_MS;
  return new Promise((resolve, reject) => {
    const outgoing = open({
      host: hostname,
      port,
      method,
      path,
      agent: false,
      headers: {
        ...(needsType && { 'content-type': 'application/json' }),
        ...headers,
        ...(body !== undefined && {
          'content-length': String(Buffer.byteLength(body)),
        }),
      },
    });
    const timer = setTimeout(() => {
      outgoing.destroy();
      resolve({ headers: {}, body: undefined });
    }, limitMs);
    outgoing.on('response', response => {
      clearTimeout(timer);
      collect(response, options.isStream).then(resolve, reject);
    });
    outgoing.on('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

async function collect(
  response: IncomingMessage,
  isStream: boolean,
): Promise<Answer> {
  const bytes = await (isStream ? untilQuiet(response) : whole(response));
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
  const isZipped = headers['content-encoding'] === 'gzip';
  const text = (isZipped ? gunzipSync(bytes) : bytes).toString('utf8');
  return { status: response.statusCode, headers, body: parsed(text) };
}

async function whole(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function untilQuiet(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise(resolve => {
    const finish = () => {
      response.destroy();
      resolve(Buffer.concat(chunks));
    };
    let timer = setTimeout(finish, QUIET_MS);
    response.on('data', (chunk: Buffer) => {
      // A keepalive is no news.
      if (chunk.toString() === ':\n') return;
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(finish, QUIET_MS);
    });
    response.on('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    response.on('error', () => undefined);
  });
}
