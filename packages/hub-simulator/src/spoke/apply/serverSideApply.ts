import type { GenericObject } from '../../types/kubernetes';
import { StatusError } from '../status';
import { describePath, fieldsOf, isWithin, type FieldPath } from './fieldPaths';
import {
  describeManager,
  isSameManager,
  readManagers,
  writeManagers,
  type Manager,
} from './Manager';
import { mergeApplied, removeFields } from './merge';

/** Who writes, and when. */
export interface Writer {
  manager: string;
  apiVersion: string;
  subresource?: string;
  /** RFC 3339 */
  now: string;
}

interface Conflict {
  owner: Manager;
  path: FieldPath;
}

/** The object with the fields that a create, update or patch changed given to its writer. */
export function withUpdatedFields(
  before: GenericObject | undefined,
  after: GenericObject,
  writer: Writer,
): GenericObject {
  const given = after.metadata.managedFields;
  const isReset =
    Array.isArray(given) &&
    !given.some(each => Object.keys(each as object).length);
  if (isReset && before) return withManagers(after, []);
  const { changed, removed } = compare(before, after, writer);
  const own = manager(writer, 'Update', changed);
  const managers = readManagers(given ?? before?.metadata.managedFields);
  const known = managers.find(each => isSameManager(each, own));
  if (!changed.size && !removed.size) return withManagers(after, managers);
  const others = managers
    .filter(each => each !== known)
    .map(each => without(each, path => changed.has(path) || removed.has(path)));
  const kept = known ? without(known, path => removed.has(path)).fields : [];
  const fields = new Set([...kept, ...changed]);
  const isLarger = !known || fields.size !== known.fields.size || changed.size;
  const time = isLarger ? writer.now : known.time;
  return withManagers(after, [...others, { ...own, fields, time }]);
}

/**
 * Lays what a manager applies over what is there, takes out what it applied
 * before and no longer does, and notes who owns what. Throws 409 with every
 * field that somebody else owns and that would change, unless `force`.
 */
export function applyFields(
  live: GenericObject | undefined,
  applied: GenericObject,
  options: Writer & { force: boolean },
): GenericObject {
  const base = live ?? { metadata: { name: applied.metadata.name } };
  const managers = managersOf(live, options);
  const own = manager(
    options,
    'Apply',
    ownable(fieldsOf(applied, { containers: false }).keys(), options),
  );
  const known = managers.find(each => isSameManager(each, own));
  const others = managers.filter(each => each !== known);
  const merged = structuredClone(mergeApplied(base, applied)) as GenericObject;
  dropUnapplied(merged, { known, own, others });
  const { changed, removed } = compare(live, merged, options);
  const conflicts = others.flatMap(owner =>
    [...owner.fields]
      .filter(path => changed.has(path))
      .map(path => ({ owner, path })),
  );
  if (conflicts.length && !options.force) throw conflictError(conflicts);
  const rest = others.map(each =>
    without(each, path => changed.has(path) || removed.has(path)),
  );
  const isSame =
    known && !changed.size && !removed.size && isSameSet(known, own);
  const time = isSame ? known.time : options.now;
  return withManagers(merged, [...rest, { ...own, time }]);
}

/** An object that was never applied belongs to somebody all the same. */
function managersOf(
  live: GenericObject | undefined,
  { apiVersion, now }: Writer,
): Manager[] {
  const managers = readManagers(live?.metadata.managedFields);
  if (managers.length || !live) return managers;
  const all = fieldsOf(live, { containers: true }).keys();
  const writer: Writer = { manager: 'before-first-apply', apiVersion, now };
  return [manager(writer, 'Update', ownable(all, writer))];
}

function dropUnapplied(
  merged: GenericObject,
  owners: { known?: Manager; own: Manager; others: readonly Manager[] },
): void {
  const { known, own, others } = owners;
  if (!known) return;
  const dropped = [...known.fields].filter(path => !own.fields.has(path));
  const holders = [own, ...others];
  removeFields(merged, dropped, path =>
    holders.some(({ fields }) =>
      [...fields].some(each => isWithin(each, path)),
    ),
  );
}

function compare(
  before: GenericObject | undefined,
  after: GenericObject,
  writer: Writer,
): { changed: Set<FieldPath>; removed: Set<FieldPath> } {
  const old = before
    ? fieldsOf(before, { containers: true })
    : new Map<FieldPath, string>();
  const now = fieldsOf(after, { containers: true });
  const changed = [...now].filter(([path, json]) => old.get(path) !== json);
  const removed = [...old].filter(([path]) => !now.has(path));
  return {
    changed: ownable(changed.map(pathOf), writer),
    removed: ownable(removed.map(pathOf), writer),
  };
}

/** The status belongs to those who write it as such, and to nobody else. */
function ownable(
  paths: Iterable<FieldPath>,
  { subresource }: Pick<Writer, 'subresource'>,
): Set<FieldPath> {
  const isStatus = subresource === 'status';
  return new Set(
    [...paths].filter(path => isWithin(path, 'f:status') === isStatus),
  );
}

function pathOf([path]: [FieldPath, string]): FieldPath {
  return path;
}

function manager(
  { manager: name, apiVersion, subresource = '', now }: Writer,
  operation: Manager['operation'],
  fields: ReadonlySet<FieldPath>,
): Manager {
  return {
    manager: name,
    operation,
    apiVersion,
    subresource,
    time: now,
    fields,
  };
}

function without(
  owner: Manager,
  isLost: (path: FieldPath) => boolean,
): Manager {
  return {
    ...owner,
    fields: new Set([...owner.fields].filter(path => !isLost(path))),
  };
}

function isSameSet(a: Manager, b: Manager): boolean {
  return (
    a.fields.size === b.fields.size &&
    [...a.fields].every(path => b.fields.has(path))
  );
}

function withManagers(
  object: GenericObject,
  managers: readonly Manager[],
): GenericObject {
  const { managedFields: _old, ...metadata } = object.metadata;
  const managedFields = writeManagers(managers);
  return {
    ...object,
    metadata: { ...metadata, ...(managedFields && { managedFields }) },
  };
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeManager(owner)}`,
    field: describePath(path),
  }));
  const message = `Apply failed with ${
    conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`
  }: ${describe(conflicts)}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

function describe(conflicts: readonly Conflict[]): string {
  if (conflicts.length === 1) {
    const [{ owner, path }] = conflicts;
    return `conflict with ${describeManager(owner)}: ${describePath(path)}`;
  }
  const owners = [...new Set(conflicts.map(({ owner }) => owner))];
  return owners
    .flatMap(owner => [
      `conflicts with ${describeManager(owner)}:`,
      ...conflicts
        .filter(conflict => conflict.owner === owner)
        .map(({ path }) => `- ${describePath(path)}`),
    ])
    .join('\n');
}
