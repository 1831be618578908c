import type { Application } from '../../../types/argocd';

type Fields = { [key: string]: Fields };

/** Who wrote what, as the API server keeps it of a write by argocd-server. */
export function managedFields(app: Application, time: string): unknown[] {
  const { labels, annotations, finalizers } = app.metadata;
  const metadata = {
    ...(annotations && { annotations }),
    ...(finalizers?.length && { finalizers }),
    ...(labels && { labels }),
  };
  return [
    {
      manager: 'argocd-server',
      operation: 'Update',
      apiVersion: 'argoproj.io/v1alpha1',
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsOf({
        ...(Object.keys(metadata).length && { metadata }),
        spec: app.spec,
        status: app.status,
      }),
    },
  ];
}

/** Maps are walked with a dot for themselves; lists are owned as a whole. */
function fieldsOf(object: object, isTop = true): Fields {
  const fields: Fields = isTop ? {} : { '.': {} };
  for (const [key, value] of Object.entries(object)) {
    const isMap =
      typeof value === 'object' && value !== null && !Array.isArray(value);
    fields[`f:${key}`] =
      isMap && Object.keys(value).length ? fieldsOf(value, false) : {};
  }
  return fields;
}
