import { ApiError, Code } from '../../errors';
import type { HubRequest, Route } from '../../HubRequest';
import { findApplication } from './find';

const ONE = '/api/v1/applications/:name';

/**
 * Calls that argocd-server has and the simulator has not. Who may not get the
 * application is told so; everybody else gets 501, which argocd-server never says
 * here.
 */
export function notSimulatedRoutes(): Route[] {
  const calls: [Route['method'], string][] = [
    ['GET', '/logs'],
    ['GET', '/pods/:podName/logs'],
    ['POST', '/resource'],
    ['DELETE', '/resource'],
    ['GET', '/resource/links'],
    ['GET', '/resource/actions'],
    ['POST', '/resource/actions'],
    ['POST', '/resource/actions/v2'],
    ['GET', '/server-side-diff'],
  ];
  return calls.map(([method, rest]) => ({
    method,
    path: `${ONE}${rest}`,
    handle: request => refuse(request, rest),
  }));
}

function refuse(request: HubRequest, rest: string): never {
  const { entry } = findApplication(request, { from: 'informer' });
  if (rest.endsWith('/logs')) {
    request.enforce('logs', 'get', entry.facts.rbacObject);
  }
  const what = rest.split('/').at(-1) === 'logs' ? 'logs' : rest.slice(1);
  throw new ApiError(Code.Unimplemented, `${what}: not simulated`);
}
