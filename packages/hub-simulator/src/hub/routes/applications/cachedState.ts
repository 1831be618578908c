import type { Application } from '../../../types/argocd';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';
import { refresh } from './get';
import { wrapped } from '../../wrapped';

const BLOCKING = ['ComparisonError', 'InvalidSpecError'];

/**
 * Something of an application that is in Redis only. On a miss argocd-server
 * fails with the application's error conditions; without any it asks for a
 * refresh and waits.
 *
 * @param what - what could not be had, as the error calls it
 * @throws ApiError 500
 */
export async function cachedState<T>(
  request: HubRequest,
  app: Application,
  options: { read: () => T | undefined; what: string },
): Promise<T> {
  const { read, what } = options;
  const cached = read();
  if (cached) return cached;
  const prefix = `error getting cached app ${what}: `;
  const conditions = (app.status.conditions ?? []).filter(({ type }) =>
    BLOCKING.includes(type),
  );
  if (conditions.length) {
    const reasons = conditions.map(
      ({ type, message }) => `${type}: ${message}`,
    );
    throw new ApiError(Code.Unknown, `${prefix}${reasons.join(';')}`);
  }
  await askForRefresh(request, app, prefix);
  const found = read();
  if (found) return found;
  throw new ApiError(Code.Unknown, `${prefix}cache: key is missing`);
}

async function askForRefresh(
  request: HubRequest,
  { metadata }: Application,
  prefix: string,
): Promise<void> {
  const { name, namespace } = metadata;
  const wanted = { name, namespace, project: '', from: 'live' } as const;
  const { entry } = findApplication(request, wanted);
  try {
    await refresh(request, entry.object, 'normal');
  } catch (error) {
    throw wrapped(`${prefix}error getting application by query: `, error);
  }
}
