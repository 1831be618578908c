import type { RequestInfo } from '../requestInfo';
import { forbidden, StatusError } from '../status';
import type { User } from './Authenticator';
import {
  refusal,
  type Authorizer,
  type ResourceAttributes,
} from './Authorizer';

/** Throws 403 with Kubernetes' sentence when a user may not do something to a resource. */
export function authorizeResource(
  authorizer: Authorizer,
  user: User,
  info: RequestInfo,
): void {
  const { verb, group, resource, namespace, name, subresource } = info;
  const attributes: ResourceAttributes = {
    verb,
    group,
    resource: subresource ? `${resource}/${subresource}` : resource,
    namespace,
    name,
  };
  const { allowed, reason } = authorizer.decide(user, attributes);
  if (allowed) return;
  throw forbidden(info, name ?? '', refusal(user, attributes, reason));
}

/** The same for a path that is no resource. */
export function authorizePath(
  authorizer: Authorizer,
  user: User,
  path: string,
  verb: string,
): void {
  const { allowed, reason } = authorizer.decidePath(user, path, verb);
  if (allowed) return;
  const sentence = `forbidden: User "${user.username}" cannot ${verb} path "${path}"`;
  const message = reason ? `${sentence}: ${reason}` : sentence;
  throw new StatusError(403, 'Forbidden', message, {});
}
