import type { ObjectStep } from './compare';
import { resourceOf } from './spoke/resources';
import type { AccessRequest, KubeObject } from './spoke/types';

/** Reading each object, to know what is there. */
export function readRequirements(objects: KubeObject[]): AccessRequest[] {
  return objects.map(object => accessTo('get', object));
}

/**
 * What the credential must be allowed so that the steps succeed.
 *
 * A role may only be made by somebody who holds all its rights or may
 * `escalate`. A dry run tells that too, but not for roles in a namespace that
 * does not exist yet, so here the rights themselves are asked for.
 */
export function writeRequirements(steps: ObjectStep[]): AccessRequest[] {
  return steps.flatMap(step => {
    if (step.action === 'create') {
      return [accessTo('create', step.planned), ...grantedBy(step.planned)];
    }
    if (step.action === 'replace') {
      return [accessTo('update', step.planned), ...grantedBy(step.planned)];
    }
    return [];
  });
}

/** `create roles.rbac.authorization.k8s.io in agent` */
export function describeAccess(access: AccessRequest): string {
  const { verb, group, resource, namespace } = access;
  const what = [resource, ...(group && group !== '*' ? [group] : [])].join('.');
  const scope = namespace ? ` in namespace ${namespace}` : '';
  return `${verb} ${what === '*' ? 'every kind' : what}${scope}`;
}

function accessTo(verb: string, object: KubeObject): AccessRequest {
  const { name, namespace } = object.metadata;
  return {
    verb,
    ...resourceOf(object),
    ...(namespace && { namespace }),
    // A create request has no name when it is authorised.
    ...(verb !== 'create' && { name }),
  };
}

function grantedBy(role: KubeObject): AccessRequest[] {
  if (role.kind !== 'Role' && role.kind !== 'ClusterRole') return [];
  const rules = role.rules as { resources?: string[]; verbs: string[] }[];
  const { namespace } = role.metadata;
  return rules
    .filter(rule => rule.resources)
    .flatMap(rule =>
      rule.verbs.map(verb => ({
        verb,
        group: '*',
        resource: '*',
        ...(namespace && { namespace }),
      })),
    );
}
