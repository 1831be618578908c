import { isDeepStrictEqual } from 'node:util';
import { badRequest, StatusError } from './status';

interface Operation {
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: string;
  from?: string;
  value?: unknown;
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/**
 * RFC 6902. Throws 400 for what is no patch, and the API server's 422 for an
 * operation that fails or a test that does not hold.
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation)) {
    throw badRequest('error decoding patch: it is no list of operations');
  }
  // The root hangs on a holder so that it can be replaced as well.
  const holder = { root: structuredClone(target) };
  for (const operation of patch as Operation[]) run(holder, operation);
  return holder.root;
}

function run(holder: object, { op, path, from = '', value }: Operation): void {
  switch (op) {
    case 'add':
      add(holder, path, structuredClone(value));
      return;
    case 'remove':
      remove(holder, path);
      return;
    case 'replace':
      remove(holder, path);
      add(holder, path, structuredClone(value));
      return;
    case 'move': {
      const moved = get(holder, from);
      remove(holder, from);
      add(holder, path, moved);
      return;
    }
    case 'copy':
      add(holder, path, structuredClone(get(holder, from)));
      return;
    default:
      if (!isDeepStrictEqual(get(holder, path, null), value)) throw failed();
  }
}

function add(holder: object, path: string, value: unknown): void {
  const { parent, key } = locate(holder, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : indexOf(key);
    if (index > parent.length) throw failed();
    parent.splice(index, 0, value);
    return;
  }
  parent[key] = value;
}

function remove(holder: object, path: string): void {
  const { parent, key } = locate(holder, path);
  if (!Object.hasOwn(parent, key)) throw failed();
  if (Array.isArray(parent)) parent.splice(indexOf(key), 1);
  else delete parent[key];
}

function get(holder: object, path: string, fallback?: null): unknown {
  const { parent, key } = locate(holder, path);
  if (Object.hasOwn(parent, key))
    return (parent as Record<string, unknown>)[key];
  if (fallback === null) return undefined;
  throw failed();
}

function locate(holder: object, path: string) {
  const keys = [
    'root',
    ...path
      .split('/')
      .slice(1)
      .map(key => key.replace(/~1/g, '/').replace(/~0/g, '~')),
  ];
  const key = keys.pop()!;
  let parent: unknown = holder;
  for (const each of keys) {
    if (typeof parent !== 'object' || parent === null) throw failed();
    if (!Object.hasOwn(parent, each)) throw failed();
    parent = (parent as Record<string, unknown>)[each];
  }
  if (typeof parent !== 'object' || parent === null) throw failed();
  return { parent: parent as Record<string, unknown>, key };
}

function indexOf(key: string): number {
  if (!/^\d+$/.test(key)) throw failed();
  return Number(key);
}

function isOperation(value: unknown): boolean {
  const { op, path, from = '' } = (value ?? {}) as Partial<Operation>;
  const arePaths = typeof path === 'string' && typeof from === 'string';
  return OPERATIONS.includes(op ?? '') && arePaths;
}

function failed(): StatusError {
  return new StatusError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );
}
