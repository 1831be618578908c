import type { GenericObject } from '../types/kubernetes';
import type { ResourceType } from './resources';
import { badRequest } from './status';

interface Term {
  path: string;
  equal: boolean;
  value: string;
}

const ALWAYS = ['metadata.name', 'metadata.namespace'];

/** The fields by which kinds can be selected, beside name and namespace. */
const SELECTABLE: Record<string, readonly string[]> = {
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  replicasets: ['status.replicas'],
  secrets: ['type'],
};

/**
 * Reads a field selector such as `metadata.name=a,type!=b` for one kind; the
 * result tells whether an object satisfies it. Throws 400 for a field by which
 * the kind cannot be selected.
 */
export function parseFieldSelector(
  type: ResourceType,
  selector: string,
): (object: GenericObject) => boolean {
  const terms = parseTerms(selector);
  const known = SELECTABLE[type.resource];
  for (const { path } of terms) {
    if (ALWAYS.includes(path) || known?.includes(path)) continue;
    throw badRequest(
      known
        ? `field label not supported: ${path}`
        : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return object =>
    terms.every(({ path, equal, value }) => {
      return (textAt(object, path) === value) === equal;
    });
}

/** The name that a selector asks for, where it asks for exactly one. */
export function selectedName(selector: string | null): string | undefined {
  const match = /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(selector ?? '');
  return match?.[1];
}

function parseTerms(selector: string): Term[] {
  return selector
    .split(/(?<!\\),/)
    .filter(Boolean)
    .map(term => {
      const match = /^([^=!]+)(!=|==|=)(.*)$/s.exec(term);
      if (!match) {
        throw badRequest(
          `invalid selector: '${selector}'; can't understand '${term}'`,
        );
      }
      const [, path, operator, value] = match;
      return {
        path,
        equal: operator !== '!=',
        value: value.replace(/\\([\\,=])/g, '$1'),
      };
    });
}

function textAt(object: GenericObject, path: string): string {
  // `source` of an event is its component, or who reported it.
  if (path === 'source') {
    const { component } = (object.source ?? {}) as { component?: string };
    return component || String(object.reportingComponent ?? '');
  }
  const value = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      object,
    );
  return String(value ?? defaultAt(path));
}

function defaultAt(path: string): string {
  return path === 'spec.unschedulable' || path === 'spec.hostNetwork'
    ? 'false'
    : '';
}
