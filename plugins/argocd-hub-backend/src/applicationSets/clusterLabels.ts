/** Every cluster Secret carries it, the API hides it, and many selectors ask for it. */
const SECRET_TYPE = { 'argocd.argoproj.io/secret-type': 'cluster' };

/** The labels that a cluster generator sees on a cluster with a Secret. */
export function labelsOfSecret(
  labels: Record<string, string>,
): Record<string, string> {
  return { ...labels, ...SECRET_TYPE };
}
