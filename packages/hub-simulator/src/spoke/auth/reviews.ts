import type { GenericObject } from '../types/kubernetes';
import type { User } from './Authenticator';
import type { Authorizer } from './Authorizer';
import { badRequest } from './status';

interface AccessReviewSpec {
  resourceAttributes?: {
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
}

/** Answers the questions a user may ask about itself. */
export function review(
  authorizer: Authorizer,
  user: User,
  object: GenericObject,
): GenericObject {
  const answer = { ...object, metadata: { ...object.metadata } };
  switch (object.kind) {
    case 'SelfSubjectAccessReview': {
      const allowed = isAllowed(
        authorizer,
        user,
        (object.spec ?? {}) as AccessReviewSpec,
      );
      return { ...answer, status: { allowed } };
    }
    case 'SelfSubjectRulesReview': {
      const { namespace } = (object.spec ?? {}) as { namespace?: string };
      const rules = authorizer.rulesFor(user, namespace);
      return {
        ...answer,
        status: {
          resourceRules: rules.filter(rule => rule.resources?.length),
          nonResourceRules: rules.filter(rule => rule.nonResourceURLs?.length),
          incomplete: false,
        },
      };
    }
    default:
      return {
        ...answer,
        status: { userInfo: { username: user.username, groups: user.groups } },
      };
  }
}

function isAllowed(
  authorizer: Authorizer,
  user: User,
  spec: AccessReviewSpec,
): boolean {
  const { resourceAttributes: wanted, nonResourceAttributes: path } = spec;
  if (path) {
    return authorizer.allowsPath(user, path.path ?? '', path.verb ?? '');
  }
  if (!wanted) {
    throw badRequest(
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  }
  const { resource = '', subresource } = wanted;
  return authorizer.allows(user, {
    verb: wanted.verb ?? '',
    group: wanted.group ?? '',
    resource: subresource ? `${resource}/${subresource}` : resource,
    namespace: wanted.namespace || undefined,
    name: wanted.name,
  });
}
