import { parse, type Type } from 'protobufjs';
import { pathOf } from './discovery';
import { RESOURCE_TYPES, type ResourceType } from './resources';

/**
 * As much of the OpenAPI documents as kubectl reads before it writes: which
 * kinds can be patched with `dryRun` and `fieldValidation`. No schemas, so
 * kubectl leaves the checking of fields to the server.
 */
const PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];
const INFO = { title: 'Kubernetes', version: 'v1.33.4' };
const PROTOBUF = /proto-openapi\.spec\.v2[@.]v1\.0\+protobuf/;
/** The spelling that Go takes for a media type. */
const PROTOBUF_TYPE =
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const GVK = 'x-kubernetes-group-version-kind';

/** The part of the public protobuf form of an OpenAPI v2 document that is written here. */
const MESSAGES = `
syntax = "proto3";
message Document { string swagger = 1; Info info = 2; Paths paths = 8; Definitions definitions = 9; }
message Info { string title = 1; string version = 2; }
message Definitions { }
message Paths { repeated NamedPathItem path = 2; }
message NamedPathItem { string name = 1; PathItem value = 2; }
message PathItem { Operation patch = 8; }
message Operation { repeated ParametersItem parameters = 8; repeated NamedAny vendor_extension = 13; }
message ParametersItem { Parameter parameter = 1; }
message Parameter { NonBodyParameter non_body_parameter = 2; }
message NonBodyParameter { QueryParameter query_parameter_sub_schema = 3; }
message QueryParameter { string in = 2; string name = 4; string type = 6; }
message NamedAny { string name = 1; Any value = 2; }
message Any { string yaml = 2; }
`;

let encoded: Buffer | undefined;

/** An OpenAPI answer. */
export interface OpenApiAnswer {
  contentType: string;
  body: Buffer | object;
}

/** Answers the OpenAPI paths; undefined for any other. */
export function openApi(
  path: string,
  accept: string | undefined,
): OpenApiAnswer | undefined {
  if (path === '/openapi/v2') {
    encoded ??= encode();
    return PROTOBUF.test(accept ?? '')
      ? { contentType: PROTOBUF_TYPE, body: encoded }
      : { contentType: 'application/json', body: versionTwo() };
  }
  const contentType = 'application/json';
  if (path === '/openapi/v3') return { contentType, body: index() };
  if (!path.startsWith('/openapi/v3/')) return undefined;
  const root = path.slice('/openapi/v3'.length);
  const types = RESOURCE_TYPES.filter(type => pathOf(type) === root);
  return types.length ? { contentType, body: versionThree(types) } : undefined;
}

function index(): object {
  const roots = [...new Set(RESOURCE_TYPES.map(pathOf))];
  const documents = roots.map(root => [
    root.slice(1),
    { serverRelativeURL: `/openapi/v3${root}?hash=1` },
  ]);
  return { paths: Object.fromEntries(documents) };
}

function versionThree(types: readonly ResourceType[]): object {
  const parameters = PARAMETERS.map(name => ({
    name,
    in: 'query',
    schema: {
      type: name === 'force' ? 'boolean' : 'string',
      uniqueItems: true,
    },
  }));
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: paths(types, parameters),
    components: { schemas: {} },
  };
}

function versionTwo(): object {
  const parameters = PARAMETERS.map(name => ({
    name,
    in: 'query',
    type: name === 'force' ? 'boolean' : 'string',
  }));
  const all = paths(RESOURCE_TYPES, parameters);
  return { swagger: '2.0', info: INFO, paths: all, definitions: {} };
}

function paths(types: readonly ResourceType[], parameters: object[]): object {
  return Object.fromEntries(
    types.map(type => [
      objectPath(type),
      { patch: { parameters, [GVK]: gvk(type), responses: {} } },
    ]),
  );
}

function objectPath(type: ResourceType): string {
  const scope = type.namespaced ? '/namespaces/{namespace}' : '';
  return `${pathOf(type)}${scope}/${type.resource}/{name}`;
}

function gvk({ group, version, kind }: ResourceType) {
  return { group, kind, version };
}

function encode(): Buffer {
  const root = parse(MESSAGES, { keepCase: true }).root;
  const document: Type = root.lookupType('Document');
  const parameters = PARAMETERS.map(name => ({
    parameter: {
      non_body_parameter: {
        query_parameter_sub_schema: { in: 'query', name, type: 'string' },
      },
    },
  }));
  const path = RESOURCE_TYPES.map(type => ({
    name: objectPath(type),
    value: {
      patch: {
        parameters,
        vendor_extension: [{ name: GVK, value: { yaml: gvkYaml(type) } }],
      },
    },
  }));
  const message = document.create({
    swagger: '2.0',
    info: INFO,
    paths: { path },
    definitions: {},
  });
  return Buffer.from(document.encode(message).finish());
}

function gvkYaml(type: ResourceType): string {
  const { group, version, kind } = type;
  return `group: ${JSON.stringify(
    group,
  )}\nkind: ${kind}\nversion: ${version}\n`;
}
