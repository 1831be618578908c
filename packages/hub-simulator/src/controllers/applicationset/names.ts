const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Throws the sentence with which Kubernetes refuses the name of an object. */
export function checkName(kind: string, name: string): void {
  const prefix = `${kind}.argoproj.io "${name}" is invalid: metadata.name: `;
  if (!name) {
    throw new Error(
      `${prefix}Required value: name or generateName is required`,
    );
  }
  if (name.length > 253) {
    throw new Error(
      `${prefix}Invalid value: "${name}": must be no more than 253 bytes`,
    );
  }
  if (SUBDOMAIN.test(name)) return;
  throw new Error(
    `${prefix}Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  );
}
