import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { as, startRouter } from '../routers/__testUtils__/startRouter';
import { document } from './__testUtils__/document';
import {
  at,
  type Operation,
  operationsOf,
  type Parameter,
  type Schema,
} from './__testUtils__/operations';
import { CANARY, tampered, texts, values } from './__testUtils__/samples';
import { Validators } from './__testUtils__/validators';

jest.setTimeout(120_000);

const RUNS = 60;
/** Refusals that no schema can tell, by what they say. */
const BEYOND_SCHEMAS = [
  /nextCursor of the page before/,
  /^Say which hub/,
  /no JSON that can be read/, // holds the key __proto__
  /must be a time that there is/,
  /not an entity ref/,
  /which labels are shown/,
];
const INTEGER = /^-?(0|[1-9][0-9]*)$/;
/** Of a cluster that is there, else its body is not looked at. */
const SOUND: Record<string, string> = { hub: 'main', cluster: 'prod' };

interface Sent {
  path: string;
  query?: string;
  body?: unknown;
}

const validators = new Validators(document);
let started: Awaited<ReturnType<typeof startRouter>>;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  started = await startRouter();
  await started.fill.hub();
  await started.fill.clusters('prod');
});

afterAll(async () => {
  agent.destroy();
  await started.stop();
});

/** Sends paths as they are; other clients tidy them up. */
async function send(
  { method }: Operation,
  { path, query, body }: Sent,
): Promise<{ status: number; message: string }> {
  const { port } = started.server as unknown as { port(): number };
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: 'localhost',
        port: port.call(started.server),
        method,
        path: `/api/argocd-hub${path}${query ? `?${query}` : ''}`,
        headers: {
          ...as.service,
          ...(content && {
            'Content-Type': 'application/json',
            'Content-Length': String(Buffer.byteLength(content)),
          }),
        },
      },
      async incoming => {
        let text = '';
        for await (const part of incoming.setEncoding('utf8')) {
          text += part;
        }
        const status = incoming.statusCode!;
        const message =
          status === 400 ? JSON.parse(text).error.message : undefined;
        resolve({ status, message });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}

/** Of a parameter that is no text; what cannot be read so stays one. */
function decoded(schema: Schema, text: string): unknown {
  const { type } = at<Schema>(document, schema as { $ref: string });
  if (type === 'integer' && INTEGER.test(text)) return Number(text);
  if (type === 'boolean' && ['true', 'false'].includes(text)) {
    return text === 'true';
  }
  return text;
}

function pathOf({ path }: Operation, given: Record<string, string> = {}) {
  return path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(given[name] ?? SOUND[name] ?? 'other'),
  );
}

/** What is wrong where the router judges otherwise than the file, or in words that do not help. */
async function complaint(
  operation: Operation,
  sent: Sent,
  file: { accepts: boolean; names?: string },
): Promise<string | undefined> {
  const { status, message } = await send(operation, sent);
  const told = `${status} ${message ?? ''}`;
  if (file.accepts) {
    const isSound =
      status !== 500 &&
      (status !== 400 || BEYOND_SCHEMAS.some(each => each.test(message)));
    return isSound ? undefined : `The file accepts it: ${told}`;
  }
  if (status !== 400) {
    return `The file refuses it: ${told}`;
  }
  if (message.includes(CANARY)) {
    return `It repeats a value: ${told}`;
  }
  return message.includes(file.names ?? '')
    ? undefined
    : `It does not name ${file.names}: ${told}`;
}

function bodyThatFits({ body }: Operation): unknown {
  return (
    body &&
    fc.sample(
      values(document, body).filter(value => validators.accepts(body, value)),
      1,
    )[0]
  );
}

describe.each(operationsOf(document))('$id', operation => {
  const parameters = (place: Parameter['in']) =>
    operation.parameters.filter(parameter => parameter.in === place);
  const body = bodyThatFits(operation);

  it('takes the parts of its path that the file allows', async () => {
    for (const { name, schema } of parameters('path')) {
      await fc.assert(
        fc.asyncProperty(
          // Without text it is another path.
          texts(document, schema).filter(value => value !== ''),
          async value => {
            const accepts = validators.accepts(schema, value);
            const path = pathOf(operation, { [name]: value });
            expect(
              await complaint(
                operation,
                { path, body },
                { accepts, names: `'${name}'` },
              ),
            ).toBeUndefined();
          },
        ),
        { numRuns: RUNS },
      );
    }
  });

  it('takes the parameters of its query that the file allows', async () => {
    for (const { name, schema } of parameters('query')) {
      await fc.assert(
        fc.asyncProperty(texts(document, schema), async value => {
          const accepts = validators.accepts(schema, decoded(schema, value));
          const query = new URLSearchParams({ [name]: value }).toString();
          expect(
            await complaint(
              operation,
              { path: pathOf(operation), query, body },
              { accepts, names: `'${name}'` },
            ),
          ).toBeUndefined();
        }),
        { numRuns: RUNS },
      );
    }
  });

  it('refuses what is repeated, nested or unknown in its query', async () => {
    const names = parameters('query').map(({ name }) => name);
    const queries = [
      ...names.flatMap(name => [
        [`${name}=1&${name}=1`, `'${name}'`],
        [`${name}[]=1`, `'${name}'`],
        [`${name}[x]=1`, `'${name}'`],
        [`${name.toUpperCase()}=1`, `'${name.toUpperCase()}'`],
      ]),
      ['unheardOf=1', "'unheardOf'"],
      ['hasOwnProperty=1', "'hasOwnProperty'"],
      ['constructor[prototype][x]=1', "'constructor'"],
      [`${CANARY}/=1`, 'Unknown parameter'],
    ];
    for (const [query, name] of queries) {
      expect(
        await complaint(
          operation,
          { path: pathOf(operation), query, body },
          { accepts: false, names: name },
        ),
      ).toBeUndefined();
    }
  });

  it('takes the bodies that the file allows', async () => {
    const schema = operation.body;
    const sound = schema ? values(document, schema) : fc.constant(undefined);
    await fc.assert(
      fc.asyncProperty(
        schema ? fc.oneof(sound, tampered(sound)) : sound,
        async value => {
          // Express takes no other JSON for a body.
          const isJson = typeof value === 'object' && value !== null;
          const accepts =
            !schema || (isJson && validators.accepts(schema, value));
          expect(
            await complaint(
              operation,
              { path: pathOf(operation), body: value },
              { accepts },
            ),
          ).toBeUndefined();
        },
      ),
      { numRuns: schema ? 4 * RUNS : 1 },
    );
  });
});
