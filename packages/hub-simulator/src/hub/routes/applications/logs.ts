import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';

/**
 * `GET /api/v1/applications/{name}/logs`: only the checks. The pods of simulated
 * clusters write nothing, so who may read is told that there is nothing to read.
 */
export function logs(request: HubRequest): never {
  const { entry } = findApplication(request, { from: 'informer' });
  request.enforce('logs', 'get', entry.facts.rbacObject);
  throw new ApiError(Code.Unimplemented, 'logs: not simulated');
}
