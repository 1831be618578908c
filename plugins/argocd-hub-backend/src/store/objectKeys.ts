/** An application or an ApplicationSet of a hub as one text. */
export function objectKey(object: {
  hub: string;
  namespace: string;
  name: string;
}): string {
  const { hub, namespace, name } = object;
  return [hub, namespace, name].join('\n');
}

/** The same among those of its hub: `namespace/name`. */
export function keyInHub(object: { namespace: string; name: string }): string {
  return `${object.namespace}/${object.name}`;
}
