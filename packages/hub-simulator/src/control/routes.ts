import type { Simulator } from '../Simulator';
import { CONTROL_PLANE } from '../state/names';
import type { GenericObject } from '../types/kubernetes';
import { ControlError } from './ControlError';
import type { ControlRequest, ControlRoute } from './ControlServer';
import { hubRoutes } from './hubRoutes';
import { spokeRoutes } from './spokeRoutes';

/** Every call of the control API. */
export function controlRoutes(simulator: Simulator): ControlRoute[] {
  return [
    { method: 'GET', path: '/state', handle: () => simulator.describe() },
    ...spokeRoutes(simulator),
    ...hubRoutes(simulator),
    {
      method: 'GET',
      path: '/requests',
      handle: () => simulator.hub.requests,
    },
    {
      method: 'POST',
      path: '/requests/reset',
      handle: () => simulator.hub.requests.reset(),
    },
    {
      method: 'POST',
      path: '/repo/commit',
      handle: request => commit(simulator, request),
    },
    {
      method: 'POST',
      path: '/applications/:name/health',
      handle: request => setHealth(simulator, request),
    },
  ];
}

function commit(simulator: Simulator, { body }: ControlRequest): unknown {
  const { state } = simulator.hub;
  const url = (body.repoURL as string) ?? [...state.repositories.keys()][0];
  const repository = state.repositories.get(url);
  if (!repository) throw new ControlError(404, `no repository ${url}`);
  const tag = body.tag as string | undefined;
  const values = (body.values as Record<string, unknown> | undefined) ?? {};
  const made = repository.commit({
    author: (body.author as string) ?? 'Ada Example <ada@example.com>',
    message: (body.message as string) ?? `Release ${tag ?? 'a change'}`,
    date: state.clock.timestamp(),
    values: { ...values, ...(tag && { image: { tag } }) },
    manifests: body.manifests as Record<string, GenericObject[]> | undefined,
  });
  simulator.hub.save();
  if (body.webhook !== false) simulator.hub.applications.enqueueRepository(url);
  return made;
}

/** Sets or, with an empty status, frees the health of an application's Deployment. */
function setHealth(
  simulator: Simulator,
  { params, body }: ControlRequest,
): unknown {
  const app = simulator.hub.state.applications.get(params.name, CONTROL_PLANE);
  if (!app) throw new ControlError(404, `no application named ${params.name}`);
  simulator.hub.applications.overrideHealth(
    app,
    body.status
      ? { status: String(body.status), message: body.message as string }
      : undefined,
  );
  return {};
}
