import type { Hub } from '../Hub';
import type { Simulator } from '../Simulator';
import { ArgoVersion } from '../state/ArgoVersion';
import { CONFIGURATION } from './configuration';
import { ControlError } from './ControlError';
import type { ControlRequest, ControlRoute } from './ControlServer';
import { input } from './input';
import { readFault, refuse } from './readFault';

type HubAction = (hub: Hub, request: ControlRequest) => unknown;

/** What can be done to a hub, by the end of the path. */
const HUB_ACTIONS: Record<string, HubAction> = {
  'POST /break': (hub, { body, query }) => {
    const fault = readFault(body, query);
    return hub.listener.break(fault).catch(refuse);
  },
  'POST /heal': hub => hub.heal(),
  'GET /admin': hub => hub.admin(),
  'GET /requests': hub => hub.requests,
  'POST /requests/reset': hub => hub.requests.reset(),

  'POST /streams': ({ replicas }, { body }) =>
    input.checked(() => {
      input.only(body, ['drop', 'duplicate', 'reorder', 'delayMs']);
      replicas.faults.set(body);
      return replicas.faults.settings;
    }),
  'POST /streams/cut': ({ replicas }, { body }) => {
    const kinds = ['clean', 'reset', 'mid-frame'] as const;
    const how = input.oneOf({ how: 'clean', ...body }, 'how', kinds);
    replicas.faults.cut(how);
  },
  'POST /streams/half-open': ({ replicas }, { body }) =>
    replicas.faults.halfOpen({ newToo: body.newToo === true }),

  'POST /redis/flush': ({ state }) => state.redis.flush(),
  'POST /replicas': ({ replicas }, { body }) => {
    const { lagsMs } = body;
    const isList =
      Array.isArray(lagsMs) &&
      lagsMs.length > 0 &&
      lagsMs.every(lag => Number.isFinite(lag) && lag >= 0);
    if (!isList) {
      throw new ControlError(
        400,
        'lagsMs must be a list of delays in milliseconds, one per replica',
      );
    }
    replicas.restart(lagsMs as number[]);
  },
  'POST /informers/disconnect': ({ replicas }) => {
    for (const { view } of replicas.all) view.applications.disconnect();
  },
  'POST /informers/relist': ({ replicas }) => {
    for (const { view } of replicas.all) view.applications.relist();
  },
  'POST /shards/:shard/kill': ({ state }, { params }) =>
    input.checked(() => state.shards.kill(Number(params.shard))),
  'POST /shards/:shard/revive': ({ state }, { params }) =>
    input.checked(() => state.shards.revive(Number(params.shard))),

  'POST /tokens/expire': ({ sessions }) => sessions.expireAll(),
  'POST /tokens/revoke': ({ sessions }, { body }) =>
    sessions.revoke(input.text(body, 'id')),

  ...CONFIGURATION,

  'POST /version': ({ state, replicas }, { body }) => {
    const release = input.text(body, 'release');
    state.version = input.checked(() => ArgoVersion.of(release));
    // Another release is another process.
    for (const { streams } of replicas.all) streams.end();
  },
  'POST /cost': ({ state }, { body }) => {
    state.cost.mode = input.oneOf(body, 'mode', ['fast', 'true'] as const);
  },
  'POST /limits': ({ state }, { body }) => {
    state.limits.grpcMaxBytes = input.number(body, 'grpcMaxBytes', { min: 1 });
  },
};

/** The actions under `/hub`, which is the first one, and under `/hubs/{name}`. */
export function hubRoutes(simulator: Simulator): ControlRoute[] {
  const hubOf = ({ params }: ControlRequest): Hub => {
    const { hub: name } = params;
    const hub = name ? simulator.hubs.get(name) : simulator.hub;
    if (!hub) throw new ControlError(404, `no hub named ${name}`);
    return hub;
  };
  const actions: [string, HubAction][] = [
    ...Object.entries(HUB_ACTIONS),
    ['POST /replace', hub => simulator.replaceHub(hub.name).then(() => {})],
  ];
  return actions.flatMap(([key, act]) => {
    const [method, end] = key.split(' ') as ['GET' | 'POST', string];
    const handle = async (request: ControlRequest) => {
      const result = await act(hubOf(request), request);
      return result ?? simulator.describe();
    };
    return ['/hub', '/hubs/:hub'].map(
      (start): ControlRoute => ({ method, path: `${start}${end}`, handle }),
    );
  });
}
