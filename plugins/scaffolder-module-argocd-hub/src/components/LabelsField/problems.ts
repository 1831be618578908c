/** One line of the editor. */
export interface LabelRow {
  id: number;
  key: string;
  value: string;
  /** Its key was given by the template and cannot be changed. */
  isFixed: boolean;
}

export type LabelProblem = 'required' | 'key' | 'value' | 'twice';

const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** What is wrong with a line, as Kubernetes judges labels. */
export function problemOf(
  row: { key: string; value: string },
  options: { rows: { key: string }[]; required: string[] },
): LabelProblem | undefined {
  const { key, value } = row;
  if (!value) return options.required.includes(key) ? 'required' : undefined;
  if (!isKey(key)) return 'key';
  if (options.rows.filter(each => each.key === key).length > 1) return 'twice';
  return NAME.test(value) ? undefined : 'value';
}

/** The labels of all lines that have a key and a value. */
export function labelsOf(rows: LabelRow[]): Record<string, string> {
  return Object.fromEntries(
    rows
      .filter(({ key, value }) => key && value)
      .map(({ key, value }) => [key, value]),
  );
}

/** A line for each key that the template gives, and for each label that is there. */
export function rowsOf(
  labels: Record<string, string>,
  keys: string[],
): LabelRow[] {
  const others = Object.keys(labels).filter(key => !keys.includes(key));
  return [...keys, ...others].map((key, id) => ({
    id,
    key,
    value: labels[key] ?? '',
    isFixed: keys.includes(key),
  }));
}

function isKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  return (
    parts.length <= 1 &&
    NAME.test(name) &&
    parts.every(prefix => PREFIX.test(prefix))
  );
}
