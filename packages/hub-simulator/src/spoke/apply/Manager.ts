import { join, split, type FieldPath } from './fieldPaths';

interface FieldTree {
  [step: string]: FieldTree;
}

/** An entry of `metadata.managedFields`. */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: FieldTree;
  subresource?: string;
}

/** Who owns which fields. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  time?: string;
  fields: ReadonlySet<FieldPath>;
}

/** Reads `metadata.managedFields`; a list with one empty entry stands for none. */
export function readManagers(entries: unknown): Manager[] {
  if (!Array.isArray(entries)) return [];
  return (entries as ManagedFieldsEntry[])
    .filter(({ operation }) => operation)
    .map(entry => ({
      manager: entry.manager ?? '',
      operation: entry.operation!,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time,
      fields: new Set(pathsOf(entry.fieldsV1 ?? {}, [])),
    }));
}

/** The entries to store, sorted as Kubernetes does; undefined when nobody owns anything. */
export function writeManagers(
  managers: readonly Manager[],
): ManagedFieldsEntry[] | undefined {
  const entries = managers
    .filter(({ fields, operation }) => fields.size || operation === 'Apply')
    .map(
      ({ manager, operation, apiVersion, time, fields, subresource }) =>
        ({
          manager,
          operation,
          apiVersion,
          ...(time && { time }),
          fieldsType: 'FieldsV1',
          fieldsV1: treeOf(fields),
          ...(subresource && { subresource }),
        } satisfies ManagedFieldsEntry),
    );
  const rank = (entry: (typeof entries)[number]) =>
    [entry.operation, entry.time ?? '', entry.manager].join(' ');
  entries.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return entries.length ? entries : undefined;
}

export function isSameManager(a: Manager, b: Manager): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    // An applier stays the same over versions of the API.
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** As conflicts name a manager. */
export function describeManager(manager: Manager): string {
  const name = JSON.stringify(manager.manager);
  const { subresource, operation, apiVersion } = manager;
  const full = subresource
    ? `${name} with subresource ${JSON.stringify(subresource)}`
    : name;
  return operation === 'Update' ? `${full} using ${apiVersion}` : full;
}

function pathsOf(tree: FieldTree, steps: string[]): FieldPath[] {
  const keys = Object.keys(tree);
  if (!keys.length) return steps.length ? [join(steps)] : [];
  return keys.flatMap(step =>
    step === '.' ? [join(steps)] : pathsOf(tree[step], [...steps, step]),
  );
}

function treeOf(fields: ReadonlySet<FieldPath>): FieldTree {
  const root: FieldTree = {};
  for (const path of [...fields].sort()) {
    let tree = root;
    for (const step of split(path)) {
      tree[step] ??= {};
      tree = tree[step];
    }
  }
  // A field with fields of its own says with a dot that it is meant too.
  for (const path of fields) {
    let tree = root;
    for (const step of split(path)) tree = tree[step];
    const { '.': _dot, ...inner } = tree;
    if (Object.keys(inner).length) tree['.'] = {};
  }
  return root;
}
