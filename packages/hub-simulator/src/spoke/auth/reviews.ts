import type { GenericObject } from '../../types/kubernetes';
import { invalid, required, invalidValue } from '../fieldErrors';
import { apiVersion, type ResourceType } from '../resources';
import { badRequest } from '../status';
import { AUDIENCE } from '../TokenIssuer';
import { checkSpecTypes } from '../validation/shape';
import type { Authenticator, User } from './Authenticator';
import type { Authorizer, Decision } from './Authorizer';

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
  user?: string;
  groups?: string[];
  uid?: string;
}

/** A question about rights or identity. */
export interface ReviewCall {
  type: ResourceType;
  user: User;
  namespace?: string;
  body?: unknown;
}

/** Answers who somebody is and what they may do. Nothing of it is stored. */
export class Reviews {
  readonly #authorizer: Authorizer;
  readonly #authenticator: Authenticator;

  constructor(options: {
    authorizer: Authorizer;
    authenticator: Authenticator;
  }) {
    this.#authorizer = options.authorizer;
    this.#authenticator = options.authenticator;
  }

  async answer(call: ReviewCall): Promise<GenericObject> {
    const { type, user } = call;
    const given = (call.body ?? {}) as GenericObject;
    checkKind(type, given);
    checkSpecTypes(type, given);
    const spec = (given.spec ?? {}) as AccessReviewSpec;
    const answer = {
      kind: type.kind,
      apiVersion: apiVersion(type),
      metadata: { creationTimestamp: null, ...given.metadata },
      ...(given.spec !== undefined && { spec: given.spec }),
    };
    const status = await this.#status(call, user, spec, given);
    return { ...answer, status } as unknown as GenericObject;
  }

  #status(
    { type, namespace }: ReviewCall,
    user: User,
    spec: AccessReviewSpec,
    given: GenericObject,
  ): object | Promise<object> {
    switch (type.kind) {
      case 'SelfSubjectAccessReview':
        return this.#access(type, user, spec);
      case 'LocalSubjectAccessReview':
        checkNamespace(spec, namespace);
        return this.#access(type, subjectOf(type, spec), spec);
      case 'SubjectAccessReview':
        return this.#access(type, subjectOf(type, spec), spec);
      case 'SelfSubjectRulesReview':
        return this.#rules(user, given);
      case 'TokenReview':
        return this.#token(given);
      default:
        return { userInfo: userInfo(user) };
    }
  }

  #access(type: ResourceType, user: User, spec: AccessReviewSpec): object {
    const { resourceAttributes: wanted, nonResourceAttributes: path } = spec;
    if (Boolean(wanted) === Boolean(path)) {
      throw invalid(type, '', [
        invalidValue(
          wanted ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes',
          wanted ? 'nonResourceAttributes' : null,
          wanted
            ? 'cannot be specified in combination with resourceAttributes'
            : 'exactly one of nonResourceAttributes or resourceAttributes must be specified',
        ),
      ]);
    }
    if (path) {
      const { path: url = '', verb = '' } = path;
      return verdict(this.#authorizer.decidePath(user, url, verb));
    }
    const { resource = '', subresource, group = '', verb = '' } = wanted!;
    const decision = this.#authorizer.decide(user, {
      verb,
      group,
      resource: subresource ? `${resource}/${subresource}` : resource,
      namespace: wanted!.namespace || undefined,
      name: wanted!.name || undefined,
    });
    return verdict(decision);
  }

  #rules(user: User, given: GenericObject): object {
    const { namespace } = (given.spec ?? {}) as { namespace?: string };
    if (!namespace) throw badRequest('no namespace on request');
    const rules = this.#authorizer.rulesFor(user, namespace);
    return {
      resourceRules: rules
        .filter(rule => rule.resources?.length)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames?.length && { resourceNames }),
        })),
      nonResourceRules: rules
        .filter(rule => rule.nonResourceURLs?.length)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
    };
  }

  async #token(given: GenericObject): Promise<object> {
    const { token, audiences = [AUDIENCE] } = (given.spec ?? {}) as {
      token?: string;
      audiences?: string[];
    };
    if (!token) {
      const message = 'token is required for TokenReview in authentication';
      throw badRequest(message);
    }
    const user = await this.#authenticator.fromToken(token, audiences);
    return user
      ? { authenticated: true, user: userInfo(user), audiences }
      : { user: {}, error: 'invalid bearer token' };
  }
}

function userInfo({ username, uid, groups, extra }: User): object {
  return { username, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

function verdict({ allowed, reason }: Decision): object {
  return { allowed, ...(reason && { reason }) };
}

function subjectOf(type: ResourceType, spec: AccessReviewSpec): User {
  if (!spec.user && !spec.groups?.length) {
    throw invalid(type, '', [
      required('spec.user', 'at least one of user or group must be specified'),
    ]);
  }
  return {
    username: spec.user ?? '',
    groups: spec.groups ?? [],
    uid: spec.uid,
  };
}

function checkNamespace(
  spec: AccessReviewSpec,
  namespace: string | undefined,
): void {
  const asked = spec.resourceAttributes?.namespace;
  if (asked === namespace) return;
  throw badRequest(
    `spec.resourceAttributes.namespace must match namespace: ${namespace}`,
  );
}

function checkKind(type: ResourceType, given: GenericObject): void {
  const expected = apiVersion(type);
  const fits =
    (given.apiVersion ?? expected) === expected &&
    (given.kind ?? type.kind) === type.kind;
  if (fits) return;
  throw badRequest(
    `the API version in the data (${given.apiVersion}) does not match the expected API version (${expected})`,
  );
}
