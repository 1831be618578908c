import { isDeepStrictEqual } from 'node:util';
import type { GenericObject } from '../../types/kubernetes';
import type { PolicyRule } from '../auth/Authorizer';
import {
  invalidValue,
  required,
  unsupported,
  type FieldError,
} from '../fieldErrors';

const RBAC = 'rbac.authorization.k8s.io';

interface Subject {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

interface RoleRef {
  apiGroup?: string;
  kind?: string;
  name?: string;
}

/** Fills in the API groups that a binding may leave out. */
export function defaultBinding(object: GenericObject): GenericObject {
  const subjects = object.subjects as Subject[] | undefined;
  const roleRef = (object.roleRef ?? {}) as RoleRef;
  return {
    ...object,
    ...(subjects && { subjects: subjects.map(defaultSubject) }),
    roleRef: { ...roleRef, apiGroup: roleRef.apiGroup || RBAC },
  };
}

/** What is wrong with the rules of a Role or ClusterRole. */
export function checkRules({ kind, rules }: GenericObject): FieldError[] {
  const list = (rules ?? []) as Partial<PolicyRule>[];
  return list.flatMap((rule, index) =>
    checkRule(`rules[${index}]`, rule, kind === 'Role'),
  );
}

/** What is wrong with a RoleBinding or ClusterRoleBinding. */
export function checkBinding(
  object: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  const role = object.roleRef as RoleRef;
  const kinds =
    object.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors: FieldError[] = [];
  if (role.apiGroup !== RBAC) {
    errors.push(unsupported('roleRef.apiGroup', role.apiGroup, [RBAC]));
  }
  if (!kinds.includes(role.kind ?? '')) {
    errors.push(unsupported('roleRef.kind', role.kind ?? '', kinds));
  }
  if (!role.name) errors.push(required('roleRef.name'));
  const subjects = (object.subjects ?? []) as Subject[];
  errors.push(
    ...subjects.flatMap((subject, index) =>
      checkSubject(`subjects[${index}]`, subject, object.kind!),
    ),
  );
  if (before && !isDeepStrictEqual(before.roleRef, object.roleRef)) {
    const { apiGroup, kind, name } = role;
    errors.push({
      ...invalidValue('roleRef', '', ''),
      message: `Invalid value: rbac.RoleRef{APIGroup:"${apiGroup}", Kind:"${kind}", Name:"${name}"}: cannot change roleRef`,
    });
  }
  return errors;
}

function checkRule(
  field: string,
  rule: Partial<PolicyRule>,
  isNamespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.verbs?.length) {
    errors.push(
      required(`${field}.verbs`, 'verbs must contain at least one value'),
    );
  }
  const paths = rule.nonResourceURLs;
  if (paths?.length) {
    const why = isNamespaced
      ? 'namespaced rules cannot apply to non-resource URLs'
      : 'rules cannot apply to both regular resources and non-resource URLs';
    const isMixed =
      rule.apiGroups?.length ||
      rule.resources?.length ||
      rule.resourceNames?.length;
    if (isNamespaced || isMixed) {
      errors.push(invalidValue(`${field}.nonResourceURLs`, paths, why));
    }
    return errors;
  }
  if (!rule.apiGroups?.length) {
    errors.push(
      required(
        `${field}.apiGroups`,
        'resource rules must supply at least one api group',
      ),
    );
  }
  if (!rule.resources?.length) {
    errors.push(
      required(
        `${field}.resources`,
        'resource rules must supply at least one resource',
      ),
    );
  }
  return errors;
}

function checkSubject(
  field: string,
  subject: Subject,
  kind: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!subject.name) errors.push(required(`${field}.name`));
  switch (subject.kind) {
    case 'ServiceAccount':
      if (subject.apiGroup) {
        errors.push(unsupported(`${field}.apiGroup`, subject.apiGroup, ['']));
      }
      if (!subject.namespace && kind === 'ClusterRoleBinding') {
        errors.push(required(`${field}.namespace`));
      }
      return errors;
    case 'User':
    case 'Group':
      if (subject.apiGroup !== RBAC) {
        errors.push(unsupported(`${field}.apiGroup`, subject.apiGroup, [RBAC]));
      }
      return errors;
    default:
      errors.push(
        unsupported(`${field}.kind`, subject.kind, [
          'ServiceAccount',
          'User',
          'Group',
        ]),
      );
      return errors;
  }
}

function defaultSubject(subject: Subject): Subject {
  const isAccount = subject.kind === 'ServiceAccount';
  if (subject.apiGroup || isAccount) return subject;
  return { ...subject, apiGroup: RBAC };
}
