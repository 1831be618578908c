import { findType, type ResourceType } from './resources';

/** What a Kubernetes request is about, as authorisation sees it. */
export interface ResourceRequest {
  verb: string;
  type: ResourceType;
  namespace?: string;
  name?: string;
  subresource?: string;
}

const SCOPED =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?<rest>\/.+)$/;

/**
 * Reads method and path of a resource request; undefined when the path names no
 * resource that is served here.
 */
export function parseRequest(
  method: string,
  path: string,
  watch: boolean,
): ResourceRequest | undefined {
  const groups = SCOPED.exec(path)?.groups;
  if (!groups) return undefined;
  const parts = groups.rest.split('/').slice(1).map(decodeURIComponent);
  const namespaced = parts[0] === 'namespaces' && parts.length > 2;
  const namespace = namespaced ? parts[1] : undefined;
  const [resource, name, subresource] = namespaced ? parts.slice(2) : parts;
  if (namespaced && !findType(groups.group ?? '', 'v1', resource)) {
    return namespaceSubresource(method, parts);
  }
  const type = findType(
    groups.group ?? '',
    groups.core ?? groups.version,
    resource,
  );
  if (!type || (namespace && !type.namespaced)) return undefined;
  return {
    verb: verbOf(method, name, watch),
    type,
    namespace,
    name,
    subresource,
  };
}

function namespaceSubresource(
  method: string,
  [, name, subresource]: string[],
): ResourceRequest | undefined {
  if (subresource !== 'finalize' && subresource !== 'status') return undefined;
  const type = findType('', 'v1', 'namespaces')!;
  return { verb: verbOf(method, name, false), type, name, subresource };
}

function verbOf(
  method: string,
  name: string | undefined,
  watch: boolean,
): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name ? 'delete' : 'deletecollection';
    default:
      if (name) return 'get';
      return watch ? 'watch' : 'list';
  }
}
