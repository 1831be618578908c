import type { SimpleFault } from '../net/faults';
import type { Simulator } from '../Simulator';
import type { Spoke } from '../spoke/Spoke';
import { CONTROL_PLANE } from '../state/names';
import { ControlError } from './ControlError';
import type { ControlRequest, ControlRoute } from './ControlServer';

/** Every call of the control API. */
export function controlRoutes(simulator: Simulator): ControlRoute[] {
  const spokeOf = ({ params }: ControlRequest): Spoke => {
    const spoke = simulator.spokes.get(params.name);
    if (!spoke) throw new ControlError(404, `no spoke named ${params.name}`);
    return spoke;
  };
  return [
    { method: 'GET', path: '/state', handle: () => simulator.describe() },
    {
      method: 'POST',
      path: '/spokes/:name/break',
      handle: async request => {
        await spokeOf(request).break(readFault(request));
        return simulator.describe();
      },
    },
    {
      method: 'POST',
      path: '/spokes/:name/heal',
      handle: async request => {
        await spokeOf(request).heal();
        return simulator.describe();
      },
    },
    {
      method: 'POST',
      path: '/hub/break',
      handle: async request => {
        await simulator.hub.listener.break(readFault(request));
        return simulator.describe();
      },
    },
    {
      method: 'POST',
      path: '/hub/heal',
      handle: async () => {
        await simulator.hub.listener.heal();
        return simulator.describe();
      },
    },
    { method: 'GET', path: '/hub/admin', handle: () => simulator.hub.admin() },
    {
      method: 'GET',
      path: '/spokes/:name/kubeconfig',
      handle: request => {
        const wantsCertificate = request.query.get('auth') === 'certificate';
        const credential = wantsCertificate ? 'certificate' : 'token';
        return spokeOf(request).kubeconfig(credential);
      },
    },
    {
      method: 'GET',
      path: '/spokes/:name/objects/:resource',
      handle: request => objects(spokeOf(request), request),
    },
    {
      method: 'POST',
      path: '/spokes/:name/fail-next-rollout',
      handle: request => spokeOf(request).workloads.failNextRollout(),
    },
    { method: 'GET', path: '/requests', handle: () => simulator.hub.requests },
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

function readFault({ body, query }: ControlRequest): SimpleFault {
  const how = body.how ?? query.get('how') ?? 'refused';
  if (how === 'refused' || how === 'black-holed') return how;
  throw new ControlError(400, `how must be refused or black-holed`);
}

/** The objects of a kind on a spoke, without the data of Secrets. */
function objects(spoke: Spoke, { params }: ControlRequest): unknown {
  const { resource } = params;
  if (!(resource in spoke.store.snapshot())) {
    throw new ControlError(404, `no resource named ${resource}`);
  }
  return spoke.store
    .of(resource)
    .list()
    .map(({ data, ...object }) =>
      resource === 'secrets'
        ? object
        : { ...object, ...(data ? { data } : {}) },
    );
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
