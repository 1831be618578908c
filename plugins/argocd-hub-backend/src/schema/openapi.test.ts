import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import SwaggerParser from '@apidevtools/swagger-parser';
import request from 'supertest';
import { routesOf } from '../routers/__testUtils__/routesOf';
import { as, startRouter } from '../routers/__testUtils__/startRouter';
import { document } from './__testUtils__/document';
import { operationsOf } from './__testUtils__/operations';
import { Validators } from './__testUtils__/validators';

jest.setTimeout(60_000);

const PACKAGE = 'backstage-plugin-argocd-hub-backend';

const operations = operationsOf(document);
let started: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  started = await startRouter();
});

afterAll(() => started.stop());

it('is OpenAPI 3.1', async () => {
  const copy = structuredClone(document);
  await expect(SwaggerParser.validate(copy as any)).resolves.toMatchObject({
    openapi: '3.1.0',
  });
});

it('describes the routes of the router, and no others', () => {
  const described = operations.map(({ route }) => route);
  expect(described.sort()).toEqual(routesOf(started.router).sort());
});

it('declares the parameters of its paths, and no others', () => {
  for (const { path, parameters } of operations) {
    const declared = parameters
      .filter(parameter => parameter.in === 'path' && parameter.required)
      .map(({ name }) => `{${name}}`);
    expect({ [path]: declared }).toEqual({
      [path]: path.match(/\{\w+\}/g) ?? [],
    });
  }
});

it('says for each operation how it is refused', () => {
  for (const { id, answers } of operations) {
    const statuses = [...answers.keys()];
    expect({ [id]: statuses }).toEqual({
      [id]: expect.arrayContaining([400, 401]),
    });
  }
});

it('says what a text or number may be wherever a request holds one', () => {
  const open: string[] = [];
  for (const { id, parameters } of operations) {
    for (const { name, in: place, schema } of parameters) {
      const described = JSON.stringify(schema.$ref ?? schema);
      const isLimited = /\$ref|components|maxLength|maximum|boolean|enum/.test(
        described,
      );
      if (place !== 'header' && !isLimited) open.push(`${id} ${name}`);
    }
  }
  expect(open).toEqual([]);
});

it('has examples that fit', () => {
  const validators = new Validators(document);
  const found = examplesIn(document);
  expect(found.length).toBeGreaterThan(5);
  for (const { schema, value } of found) {
    expect(validators.faults(schema, value)).toEqual([]);
  }
});

it('is part of the package', () => {
  const { files } = JSON.parse(
    readFileSync(resolvePackagePath(PACKAGE, 'package.json'), 'utf8'),
  );
  expect(files).toContain('src/schema/openapi.yaml');
});

it('is served with whole paths, to whoever is known', async () => {
  const get = (who: keyof typeof as) =>
    request(started.server).get('/api/argocd-hub/openapi.json').set(as[who]);
  await get('nobody').expect(401);
  const { body } = await get('stranger').expect(200);
  expect(Object.keys(body.paths)).toEqual(
    Object.keys(document.paths).map(path => `/api/argocd-hub${path}`),
  );
  expect(body).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Argo CD Hub' },
  });
  expect(body.servers).toBeUndefined();
  await SwaggerParser.validate(body);
});

/** Examples beside the schema that they are of. */
function examplesIn(value: unknown): { schema: any; value: unknown }[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { schema, example, examples } = value as Record<string, any>;
  const own = Array.isArray(examples)
    ? examples.map(each => ({ schema: value, value: each }))
    : Object.values(examples ?? {}).map((each: any) => ({
        schema,
        value: each.value,
      }));
  const single =
    example !== undefined && schema ? [{ schema, value: example }] : [];
  return [...own, ...single, ...Object.values(value).flatMap(examplesIn)];
}
