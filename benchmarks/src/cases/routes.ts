import { type Effort, ratio, takeTurns } from '../measure/rounds';
import type { Call, Http } from '../measure/http';
import type { Finding, Target } from '../report/Finding';
import { entityRoute, type Ours } from '../subjects/ours';
import type { Service } from '../World';
import { ms } from './pageViews';

/** Our route beside a bare authenticated one and the catalog's, of the same backend. */
export async function routes(options: {
  topic: string;
  ours: Ours;
  service: Service;
  effort: Effort;
  /** who calls; default: the static token */
  http?: Http;
  /** how many times as long ours may take */
  targets: { bare?: Target; catalog: Target };
}): Promise<Finding[]> {
  const { topic, ours, service, effort, targets } = options;
  const { http = ours.http } = options;
  const calls: Record<string, Call> = {
    ours: entityRoute(service.name),
    bare: { path: '/api/bare/route' },
    catalog: {
      path: `/api/catalog/entities/by-name/component/default/${service.name}`,
    },
  };
  const measured = await takeTurns(
    Object.entries(calls).map(([name, call]) => ({
      name,
      run: () => http.drain(call),
    })),
    { clients: 1, effort },
  );
  const own = measured.get('ours')!;
  const rows = service.applications.length;
  return [
    ['bare', 'a bare authenticated route'] as const,
    ['catalog', "the catalog's entity by name"] as const,
  ].map(([name, words]) => {
    const base = measured.get(name)!;
    return {
      topic,
      what: `entity route (${rows} deployments) beside ${words}`,
      value: ratio(base, own),
      unit: 'x',
      ...(targets[name] && { target: targets[name] }),
      detail: `${ms(own)} to ${ms(base)}`,
    };
  });
}
