import type { GenericObject } from '../../types/kubernetes';

/** A value that does not fit its field. */
export interface Mistyped {
  value: unknown;
  /** as Go names it, such as `ObjectMeta.metadata.labels` */
  field: string;
  wanted: string;
}

type Check = (value: unknown) => unknown;
type Rule = readonly [wanted: string, findWrong: Check];

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const NOTHING = undefined;

const map: Check = value => (isMap(value) ? NOTHING : value);
const text: Check = value => (typeof value === 'string' ? NOTHING : value);
const listOf =
  (item: Check): Check =>
  value => {
    if (!Array.isArray(value)) return value;
    return value.find(each => item(each) !== NOTHING);
  };
const textMap: Check = value =>
  isMap(value)
    ? Object.values(value).find(each => each !== null && text(each) !== NOTHING)
    : value;
const rule: Check = value =>
  isMap(value)
    ? Object.values(value).find(
        each => each !== null && listOf(text)(each) !== NOTHING,
      )
    : value;

const METADATA: Record<string, Rule> = {
  name: ['string', text],
  generateName: ['string', text],
  namespace: ['string', text],
  uid: ['types.UID', text],
  resourceVersion: ['string', text],
  labels: ['string', textMap],
  annotations: ['string', textMap],
  finalizers: ['[]string', listOf(text)],
  ownerReferences: ['[]v1.OwnerReference', listOf(map)],
  managedFields: ['[]v1.ManagedFieldsEntry', listOf(map)],
};
const FIELDS: Record<string, Rule> = {
  metadata: ['v1.ObjectMeta', map],
  spec: ['v1.Spec', map],
  status: ['v1.Status', map],
  data: ['string', textMap],
  stringData: ['string', textMap],
  binaryData: ['string', textMap],
  rules: ['[]v1.PolicyRule', listOf(rule)],
  subjects: ['[]v1.Subject', listOf(map)],
  roleRef: ['v1.RoleRef', map],
  secrets: ['[]v1.ObjectReference', listOf(map)],
  imagePullSecrets: ['[]v1.LocalObjectReference', listOf(map)],
  involvedObject: ['v1.ObjectReference', map],
};

/** The first value of an object, as it came, that does not fit its field. */
export function mistypedField(
  kind: string,
  object: GenericObject,
): Mistyped | undefined {
  return (
    mistyped(kind, FIELDS, object) ??
    mistyped('ObjectMeta.metadata', METADATA, object.metadata ?? {})
  );
}

/** What Go calls the type of a JSON value. */
export function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function mistyped(
  owner: string,
  rules: Record<string, Rule>,
  object: object,
): Mistyped | undefined {
  for (const [key, value] of Object.entries(object)) {
    if (value === null || !Object.hasOwn(rules, key)) continue;
    const [wanted, findWrong] = rules[key];
    const wrong = findWrong(value);
    if (wrong === NOTHING) continue;
    return { value: wrong, field: `${owner}.${key}`, wanted };
  }
  return undefined;
}
