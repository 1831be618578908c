import { z } from 'zod';
import type { Simulator } from '../Simulator';
import { CONTROL_PLANE } from '../state/names';
import type { GenericObject } from '../types/kubernetes';
import { ControlError } from './ControlError';
import type { ControlRequest, ControlRoute } from './ControlServer';
import { hubRoutes } from './hubRoutes';
import { input } from './input';
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

const commitBody = z.object({
  repoURL: z.string().optional(),
  tag: z.string().optional(),
  author: z.string().default('Ada Example <ada@example.com>'),
  message: z.string().optional(),
  values: z.record(z.string(), z.unknown()).default({}),
  /** plain manifests by the directory they lie in */
  manifests: z.record(z.string(), z.array(z.looseObject({}))).optional(),
  webhook: z.boolean().default(true),
});

const healthBody = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
});

function commit({ hub }: Simulator, { body }: ControlRequest): unknown {
  const { repoURL, tag, author, message, values, manifests, webhook } =
    input.parsed(commitBody, body);
  const url = repoURL ?? [...hub.state.repositories.keys()][0];
  const repository = hub.state.repositories.get(url);
  if (!repository) {
    throw new ControlError(404, `no repository ${url ?? 'at all'}`);
  }
  const made = repository.commit({
    author,
    message: message ?? `Release ${tag ?? 'a change'}`,
    date: hub.state.clock.timestamp(),
    values: { ...values, ...(tag && { image: { tag } }) },
    manifests: manifests as Record<string, GenericObject[]> | undefined,
  });
  hub.save();
  if (webhook) hub.applications?.enqueueRepository(url);
  return made;
}

/** Sets or, without a status, frees the health of an application's Deployment. */
function setHealth(
  { hub }: Simulator,
  { params, body }: ControlRequest,
): unknown {
  const { status, message } = input.parsed(healthBody, body);
  const app = hub.state.applications.get(params.name, CONTROL_PLANE);
  if (!app) throw new ControlError(404, `no application named ${params.name}`);
  if (!hub.applications) {
    throw new ControlError(400, 'no controller here compares applications');
  }
  hub.applications.overrideHealth(
    app,
    status ? { status, message } : undefined,
  );
  return {};
}
