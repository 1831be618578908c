import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import { CodedError } from '../errors';
import { HubError } from '../hub/HubError';

/** How Argo CD begins a sentence about a cluster that it called. */
const FROM_SPOKE = /error getting server version|failed to get server version/;
/** Argo CD's own refusals; everything else with 401 or 403 came from the cluster. */
const FROM_HUB = /^(permission denied|no session|invalid session|token )/;

/** What a hub's failure means to a caller of our routes. */
export function hubFailure(error: unknown, hub: string): unknown {
  if (!(error instanceof HubError)) return error;
  const { status, message } = error;
  if (FROM_SPOKE.test(message)) {
    return new CodedError({
      name: 'InputError',
      code: 'spoke-unreachable',
      message: `The hub ${hub} cannot reach the cluster, although Backstage can: ${message}`,
    });
  }
  if (status === 401 || status === 403) return refusal(hub, message);
  if (status === 400 || status === 409) {
    return new ConflictError(`The hub ${hub} refused: ${message}`);
  }
  if (!error.isOutage) {
    return new ServiceUnavailableError(
      `The hub ${hub} could not do it: ${message}`,
    );
  }
  return new CodedError({
    name: 'ServiceUnavailableError',
    code: 'hub-down',
    message: `The hub ${hub} did not do it: ${message}`,
  });
}

function refusal(hub: string, message: string): CodedError {
  if (!FROM_HUB.test(message)) {
    return new CodedError({
      name: 'InputError',
      code: 'spoke-auth',
      message: `The cluster refused the hub ${hub}: ${message}`,
    });
  }
  return new CodedError({
    name: 'ServiceUnavailableError',
    code: 'hub-auth',
    message: `The account of Backstage at the hub ${hub} is refused: ${message}. An administrator of Argo CD has to give it the right.`,
  });
}
