import { DialFaults } from '../net/DialFaults';
import type { Simulator } from '../Simulator';
import type { Spoke } from '../spoke/Spoke';
import { ControlError } from './ControlError';
import type { ControlRequest, ControlRoute } from './ControlServer';
import { kindOf, readFault, refuse } from './readFault';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';

/** What can be done to, and read of, one Kubernetes cluster. */
export function spokeRoutes(simulator: Simulator): ControlRoute[] {
  const spokeOf = ({ params }: ControlRequest): Spoke => {
    const spoke = simulator.spokes.get(params.name);
    if (!spoke) throw new ControlError(404, `no spoke named ${params.name}`);
    return spoke;
  };
  return [
    {
      method: 'POST',
      path: '/spokes/:name/break',
      handle: async request => {
        await breakSpoke(simulator, spokeOf(request), request);
        return simulator.describe();
      },
    },
    {
      method: 'POST',
      path: '/spokes/:name/heal',
      handle: async request => {
        const spoke = spokeOf(request);
        await spoke.heal();
        for (const hub of simulator.hubs.values()) {
          hub.dialFaults.heal(spoke.url);
        }
        return simulator.describe();
      },
    },
    {
      method: 'POST',
      path: '/spokes/:name/revoke-tokens',
      handle: request => revokeTokens(spokeOf(request)),
    },
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
  ];
}

/**
 * With `from`, or for what only a resolver or a router does, it is a fault of
 * the hubs' dialling; else one of the cluster's own port, which hits everybody.
 */
async function breakSpoke(
  simulator: Simulator,
  spoke: Spoke,
  { body, query }: ControlRequest,
): Promise<void> {
  const kind = kindOf(body, query);
  const { from } = body;
  if (from !== undefined && !DialFaults.isCaller(from)) {
    throw new ControlError(400, 'from must be argocd-server or controller');
  }
  const isDialOnly = kind === 'dns-failure' || kind === 'network-unreachable';
  if (from || isDialOnly) {
    if (!DialFaults.isKind(kind)) {
      throw new ControlError(400, `one caller alone cannot meet ${kind}`);
    }
    for (const hub of simulator.hubs.values()) {
      hub.dialFaults.set(spoke.url, kind, from);
    }
    return;
  }
  await spoke
    .break(readFault(body, query, ['dns-failure', 'network-unreachable']))
    .catch(refuse);
}

/** Takes every long-lived token away; whoever holds one gets 401 from now on. */
function revokeTokens(spoke: Spoke): unknown {
  const secrets = spoke.store.of('secrets');
  const tokens = secrets.list().filter(({ type }) => type === TOKEN_TYPE);
  for (const { metadata } of tokens) {
    secrets.delete(metadata.name, metadata.namespace);
  }
  return { revoked: tokens.length };
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
