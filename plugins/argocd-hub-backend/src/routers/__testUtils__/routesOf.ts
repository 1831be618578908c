import type { Router } from 'express';

/** Every route that a router and those in it really answer, such as `GET /hubs`. */
export function routesOf(router: Router): string[] {
  return router.stack.flatMap(layer => {
    if (!layer.route) {
      const inner = (layer as unknown as { handle: Router }).handle;
      return inner.stack ? routesOf(inner) : [];
    }
    const { path, stack } = layer.route;
    const methods = new Set(stack.map(({ method }) => method.toUpperCase()));
    return [...methods].map(method => `${method} ${path}`);
  });
}
