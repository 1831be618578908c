import { selectedName } from './fieldSelector';
import { findType, type ResourceType } from './resources';
import { badRequest } from './status';

/** What a Kubernetes request is about, as authorisation sees it. */
export interface RequestInfo {
  verb: string;
  group: string;
  version: string;
  resource: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/** A request about a kind that is served here. */
export interface ResourceRequest extends RequestInfo {
  type: ResourceType;
}

const SCOPED =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?<rest>\/.+)$/;
const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

/** Reads method, path and query; undefined when the path names no resource. */
export function parseRequest(
  method: string,
  path: string,
  query: URLSearchParams,
): RequestInfo | undefined {
  const groups = SCOPED.exec(path)?.groups;
  if (!groups) return undefined;
  const parts = decode(groups.rest).split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  const target = locate(parts);
  const isWatch = ['true', '1'].includes(query.get('watch') ?? '');
  const selected = target.name
    ? undefined
    : selectedName(query.get('fieldSelector'));
  const verb = verbOf(method, !!target.name, isWatch);
  return {
    group: groups.group ?? '',
    version: groups.core ?? groups.version,
    verb,
    ...target,
    ...(selected && verb !== 'create' && { name: selected }),
  };
}

/** The kind of a request; undefined when it is not served. */
export function typeOf(info: RequestInfo): ResourceType | undefined {
  const type = findType(info.group, info.version, info.resource);
  const isNamespace = info.resource === 'namespaces';
  const misplaced = info.namespace && !isNamespace && !type?.namespaced;
  return misplaced ? undefined : type;
}

function locate(
  parts: string[],
): Pick<RequestInfo, 'resource' | 'namespace' | 'name' | 'subresource'> {
  if (parts[0] !== 'namespaces') {
    const [resource, name, ...rest] = parts;
    return { resource, ...named(name, rest) };
  }
  const [, namespace, resource, name, ...rest] = parts;
  if (!resource || NAMESPACE_SUBRESOURCES.includes(resource)) {
    return {
      resource: 'namespaces',
      ...(namespace && { namespace }),
      ...named(namespace, resource ? [resource] : []),
    };
  }
  return { resource, namespace, ...named(name, rest) };
}

function named(name: string | undefined, rest: string[]) {
  return {
    ...(name && { name }),
    ...(rest.length && { subresource: rest.join('/') }),
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`invalid URL escape in "${path}"`);
  }
}

function verbOf(method: string, isNamed: boolean, isWatch: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isNamed ? 'delete' : 'deletecollection';
    default:
      if (isNamed) return 'get';
      return isWatch ? 'watch' : 'list';
  }
}
