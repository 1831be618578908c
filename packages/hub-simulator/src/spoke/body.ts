import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { decodeProtobuf } from './protobuf/decode';
import { badRequest, StatusError } from './status';

const LIMIT = 3 * 1024 * 1024;
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const KNOWN = `application/json, application/yaml, ${PROTOBUF}`;

/** Reads a body by its content type; undefined when there is none. */
export async function readObjectBody(
  request: IncomingMessage,
  contentType: string,
): Promise<unknown> {
  const bytes = await readBytes(request);
  if (!bytes.length) return undefined;
  const [type] = contentType.split(';');
  if (type.trim() === PROTOBUF) return decodeProtobuf(bytes);
  if (/^application\/([\w-]+\+)?yaml$/.test(type.trim())) {
    return parse(() => parseYaml(bytes.toString('utf8')), 'yaml');
  }
  if (/^application\/([\w-]+\+)?json$/.test(type.trim())) {
    return parse(() => JSON.parse(bytes.toString('utf8')), 'json');
  }
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${KNOWN}`,
    {},
  );
}

/** What is too much is read and forgotten, so that the connection stays usable. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size <= LIMIT) return Buffer.concat(chunks);
  throw new StatusError(
    413,
    'RequestEntityTooLarge',
    `Request entity too large: limit is ${LIMIT}`,
    {},
  );
}

function parse(read: () => unknown, format: string): unknown {
  try {
    return read();
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; ${format} parse error: ${
        (error as Error).message
      }`,
    );
  }
}
