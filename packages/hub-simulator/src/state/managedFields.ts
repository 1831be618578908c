import type { Application } from '../types/argocd';

type Fields = { [key: string]: Fields };

interface Manager {
  manager: string;
  operation: 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: Fields;
}

const CONTROLLER = 'argocd-application-controller';

/**
 * An application with the `managedFields` that the API server would keep of it:
 * of whoever made it, and of the application controller as soon as that has
 * written a status. What is there already stays.
 *
 * @param now - RFC 3339
 */
export function withManagers(app: Application, now: string): Application {
  const { metadata, status } = app;
  const known = (metadata.managedFields ?? []) as Manager[];
  const added: Manager[] = [];
  if (!known.length) {
    const { creationTimestamp = now } = metadata;
    added.push(entry(creatorOf(app), creationTimestamp, made(app)));
  }
  const hasWritten = !!status?.reconciledAt || !!status?.operationState;
  if (hasWritten && !known.some(({ manager }) => manager === CONTROLLER)) {
    added.push(entry(CONTROLLER, now, { status }));
  }
  if (!added.length) return app;
  const managedFields = [...known, ...added];
  return { ...app, metadata: { ...metadata, managedFields } };
}

/** The entry of a write by argocd-server. */
export function serverManager(app: Application, time: string): unknown {
  return entry('argocd-server', time, { ...made(app), status: app.status });
}

function creatorOf({ metadata }: Application): string {
  const isGenerated = metadata.ownerReferences?.some(
    ({ kind }) => kind === 'ApplicationSet',
  );
  return isGenerated ? 'argocd-applicationset-controller' : 'kubectl-create';
}

/** What whoever makes an application writes of it. */
function made({ metadata, spec }: Application): object {
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return {
    metadata: {
      ...(annotations && { annotations }),
      ...(finalizers?.length && { finalizers }),
      ...(labels && { labels }),
      ...(ownerReferences?.length && { ownerReferences }),
    },
    spec,
  };
}

function entry(manager: string, time: string, written: object): Manager {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'argoproj.io/v1alpha1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(written, true),
  };
}

/** Maps are walked with a dot for themselves; lists are owned as a whole. */
function fieldsOf(object: object, isTop = false): Fields {
  const fields: Fields = isTop ? {} : { '.': {} };
  for (const [key, value] of Object.entries(object)) {
    const isMap =
      typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isTop && isMap && !Object.keys(value).length) continue;
    fields[`f:${key}`] = isMap ? fieldsOf(value) : {};
  }
  return fields;
}
