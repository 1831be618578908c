import { mustPreserve, pathUnescape } from '../net/goUrl';
import type { Route } from './HubRequest';

/** Whose ids argocd-server takes from the path as it was sent. */
const KEPT_RAW = /\/api\/v1\/(clusters|repositories|repocreds)\/[^/]+/;

interface Pattern {
  route: Route;
  segments: string[];
}

export interface Match {
  route: Route;
  /** by name; the rest of a path that ends in `*` is under `*` */
  params: Record<string, string>;
}

/**
 * Finds the route of a path as the gateway does: over the decoded path, so that
 * `%2F` parts segments, but for a few resources over the path as it was sent.
 */
export class Router {
  readonly #patterns = new Map<string, Pattern[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.slice(1).split('/');
      const same = this.#patterns.get(route.method) ?? [];
      this.#patterns.set(route.method, [...same, { route, segments }]);
    }
    for (const patterns of this.#patterns.values()) {
      patterns.sort((a, b) => placeholders(a) - placeholders(b));
    }
  }

  /** Whether some method is answered under a path. */
  knows(path: string): boolean {
    return [...this.#patterns.keys()].some(method => this.find(method, path));
  }

  /** The route of a path of {@link gatewayPath}. */
  find(method: string, path: string): Match | undefined {
    const segments = path.slice(1).split('/');
    // A raw colon in the last segment names a verb, and no call has one.
    if (segments.at(-1)!.includes(':')) return undefined;
    for (const { route, segments: wanted } of this.#patterns.get(method) ??
      []) {
      const params = match(wanted, segments);
      if (params) return { route, params };
    }
    return undefined;
  }
}

/** The path that the gateway routes by; throws on a malformed escape. */
export function gatewayPath(rawPath: string): string {
  const isKept = mustPreserve(rawPath) && KEPT_RAW.test(rawPath);
  return isKept ? rawPath : pathUnescape(rawPath);
}

function placeholders({ segments }: Pattern): number {
  return segments.filter(each => /^[:*]/.test(each)).length;
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const takesRest = pattern.at(-1) === '*';
  const fixed = takesRest ? pattern.slice(0, -1) : pattern;
  const fits = takesRest
    ? segments.length >= fixed.length
    : segments.length === fixed.length;
  if (!fits) return undefined;
  const params: Record<string, string> = {};
  for (const [index, wanted] of fixed.entries()) {
    if (wanted.startsWith(':')) params[wanted.slice(1)] = segments[index];
    else if (wanted !== segments[index]) return undefined;
  }
  if (takesRest) params['*'] = segments.slice(fixed.length).join('/');
  return params;
}
