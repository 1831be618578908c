import { CONTROL_PLANE } from '../../state/names';
import type { Application } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { groupOf } from './objects';

const TRACKING_ID = 'argocd.argoproj.io/tracking-id';

/** By which name an application marks its objects. */
export function instanceName({ metadata }: Application): string {
  const { name, namespace = CONTROL_PLANE } = metadata;
  return namespace === CONTROL_PLANE ? name : `${namespace}_${name}`;
}

/** Namespace and name of the application that bears an instance name. */
export function applicationOfInstance(instance: string): {
  name: string;
  namespace: string;
} {
  const at = instance.indexOf('_');
  return at < 0
    ? { name: instance, namespace: CONTROL_PLANE }
    : { namespace: instance.slice(0, at), name: instance.slice(at + 1) };
}

/** The object with the mark of an application, as Argo CD applies it. */
export function withTracking(
  app: Application,
  object: GenericObject,
): GenericObject {
  const { metadata } = object;
  const namespace = metadata.namespace ?? app.spec.destination.namespace ?? '';
  const id = `${instanceName(app)}:${groupOf(object)}/${
    object.kind
  }:${namespace}/${metadata.name ?? ''}`;
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [TRACKING_ID]: id },
    },
  };
}

/** The instance name that an object bears; what others own is nobody's root. */
export function instanceOf({ metadata }: GenericObject): string | undefined {
  if (metadata.ownerReferences?.length) return undefined;
  const id = metadata.annotations?.[TRACKING_ID];
  return id ? parse(id)?.instance : undefined;
}

/** False when a mark was copied from another object. */
export function isMarkGenuine(object: GenericObject): boolean {
  const { metadata } = object;
  const id = metadata.annotations?.[TRACKING_ID];
  const mark = id ? parse(id) : undefined;
  if (!mark) return true;
  return (
    (!metadata.namespace || metadata.namespace === mark.namespace) &&
    metadata.name === mark.name &&
    groupOf(object) === mark.group &&
    object.kind === mark.kind
  );
}

function parse(id: string) {
  const found = /^([^:]+):([^/:]*)\/([^:]+):([^/]*)\/(.*)$/.exec(id);
  if (!found) return undefined;
  const [, instance, group, kind, namespace, name] = found;
  return { instance, group, kind, namespace, name };
}
