import type { GenericObject } from '../../types/kubernetes';
import { isAtomicMap, isMap, itemKey, listRule } from './listRules';

/**
 * One field: its steps from the root as `managedFields` writes them (`f:spec`,
 * `k:{"name":"a"}`, `v:"x"`), joined by a character that no step holds.
 */
export type FieldPath = string;

const SEPARATOR = '\u0001';
/** What no manager owns. */
const UNOWNED = new Set(
  [
    'apiVersion',
    'kind',
    'metadata',
    ...[
      'name',
      'namespace',
      'generateName',
      'uid',
      'selfLink',
      'resourceVersion',
      'generation',
      'creationTimestamp',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'managedFields',
    ].map(key => `metadata/f:${key}`),
  ].map(path => `f:${path.replace('/', SEPARATOR)}`),
);
/** Parts that are always there, so that nobody adds them. */
const ALWAYS_THERE = ['spec', 'status', 'template', 'containers', 'strategy'];

export function join(steps: readonly string[]): FieldPath {
  return steps.join(SEPARATOR);
}

export function split(path: FieldPath): string[] {
  return path.split(SEPARATOR);
}

/** Whether a path is `other` or leads to something inside of it. */
export function isWithin(path: FieldPath, other: FieldPath): boolean {
  return path === other || path.startsWith(other + SEPARATOR);
}

/** As conflicts name a field: `.spec.containers[name="a"].image`. */
export function describePath(path: FieldPath): string {
  return split(path)
    .map(step => {
      const value = step.slice(2);
      if (step.startsWith('f:')) return `.${value}`;
      if (step.startsWith('v:')) return `[=${value}]`;
      const keys = Object.entries(JSON.parse(value) as object).map(
        ([key, each]) => `${key}=${JSON.stringify(each)}`,
      );
      return `[${keys.join(',')}]`;
    })
    .join('');
}

/** Goes through an object with the steps and the field names that lead to each value. */
class Walker {
  readonly fields = new Map<FieldPath, string>();
  readonly #containers: boolean;

  constructor(containers: boolean) {
    this.#containers = containers;
  }

  walk(value: unknown, steps: string[], names: readonly string[]): void {
    if (UNOWNED.has(join(steps)) && names.at(-1) !== 'metadata') return;
    if (Array.isArray(value)) {
      this.#walkList(value, steps, names);
      return;
    }
    if (!isMap(value) || isAtomicMap(names) || isEmpty(value)) {
      if (value !== undefined) this.#add(steps, JSON.stringify(value));
      return;
    }
    this.#addContainer(steps, names);
    this.#walkMap(value, steps, names);
  }

  #walkMap(value: object, steps: string[], names: readonly string[]): void {
    for (const [key, each] of Object.entries(value)) {
      this.walk(each, [...steps, `f:${key}`], [...names, key]);
    }
  }

  #walkList(list: unknown[], steps: string[], names: readonly string[]): void {
    const rule = listRule(names);
    if (rule.type === 'atomic' || !list.length) {
      this.#add(steps, JSON.stringify(list));
      return;
    }
    this.#addContainer(steps, names);
    for (const item of list) {
      if (rule.type === 'set') {
        this.#add([...steps, `v:${JSON.stringify(item)}`], '');
        continue;
      }
      const inside = [...steps, `k:${itemKey(item, rule.keys)}`];
      this.#add(inside, '');
      if (isMap(item)) this.#walkMap(item, inside, names);
    }
  }

  #addContainer(steps: string[], names: readonly string[]): void {
    const isOwned =
      this.#containers &&
      steps.length &&
      !ALWAYS_THERE.includes(names.at(-1)!) &&
      !endsOfTemplate(names);
    if (isOwned) this.#add(steps, '');
  }

  #add(steps: readonly string[], value: string): void {
    const path = join(steps);
    if (!UNOWNED.has(path)) this.fields.set(path, value);
  }
}

/**
 * Every field of an object with its value as JSON. With `containers` also maps
 * and lists themselves, which writes other than apply own.
 */
export function fieldsOf(
  object: GenericObject,
  options: { containers: boolean },
): Map<FieldPath, string> {
  const walker = new Walker(options.containers);
  walker.walk(object, [], []);
  return walker.fields;
}

function endsOfTemplate(names: readonly string[]): boolean {
  return names.at(-2) === 'template' && names.at(-1) === 'metadata';
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
