const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Whether Kubernetes takes it as the key of a label. @public */
export function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  return (
    parts.length <= 1 &&
    NAME.test(name) &&
    parts.every(prefix => PREFIX.test(prefix))
  );
}

/** Whether Kubernetes takes it as the value of a label; it may be empty. @public */
export function isLabelValue(value: string): boolean {
  return value === '' || NAME.test(value);
}
