import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { stringify as toYaml } from 'yaml';

/** One answer; 200 as JSON unless said otherwise. */
export interface Answer {
  code?: number;
  /** text and bytes are sent as they are, everything else as JSON or YAML */
  body: unknown;
  contentType?: string;
  warnings?: readonly string[];
}

/** Sends an answer with the headers that every answer of an API server has. */
export function respond(response: ServerResponse, answer: Answer): void {
  const { code = 200, body } = answer;
  const contentType = answer.contentType ?? defaultType(body);
  const bytes = encode(body, contentType);
  const warnings = answer.warnings?.map(
    text => `299 - ${JSON.stringify(text)}`,
  );
  if (warnings?.length) response.setHeader('warning', warnings);
  if (typeof body === 'string') {
    response.setHeader('x-content-type-options', 'nosniff');
  }
  response.writeHead(code, {
    'audit-id': randomUUID(),
    'cache-control': 'no-cache, private',
    'content-type': contentType,
    'content-length': bytes.length,
  });
  response.end(bytes);
}

function defaultType(body: unknown): string {
  return typeof body === 'string'
    ? 'text/plain; charset=utf-8'
    : 'application/json';
}

function encode(body: unknown, contentType: string): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const json = JSON.stringify(body);
  if (contentType !== 'application/yaml') return Buffer.from(json);
  return Buffer.from(toYaml(JSON.parse(json)));
}
