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
    return value.find(each => each !== null && item(each) !== NOTHING);
  };
const textMap: Check = value =>
  isMap(value)
    ? Object.values(value).find(each => each !== null && text(each) !== NOTHING)
    : value;
const whole: Check = value => (Number.isInteger(value) ? NOTHING : value);
const texts: Rule = ['[]string', listOf(text)];
const string: Rule = ['string', text];

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
  rules: ['[]v1.PolicyRule', listOf(map)],
  subjects: ['[]v1.Subject', listOf(map)],
  roleRef: ['v1.RoleRef', map],
  secrets: ['[]v1.ObjectReference', listOf(map)],
  imagePullSecrets: ['[]v1.LocalObjectReference', listOf(map)],
  involvedObject: ['v1.ObjectReference', map],
};
/** What the specs of reviews and token requests hold. */
const SPEC: Record<string, Rule> = {
  audiences: texts,
  expirationSeconds: ['int64', whole],
  boundObjectRef: ['v1.BoundObjectReference', map],
  resourceAttributes: ['v1.ResourceAttributes', map],
  nonResourceAttributes: ['v1.NonResourceAttributes', map],
  user: string,
  groups: texts,
  uid: string,
  namespace: string,
  token: string,
};
const RESOURCE_ATTRIBUTES: Record<string, Rule> = {
  namespace: string,
  verb: string,
  group: string,
  version: string,
  resource: string,
  subresource: string,
  name: string,
};
const PATH_ATTRIBUTES: Record<string, Rule> = { path: string, verb: string };

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

/** The same for the spec of a review or a token request. */
export function mistypedSpec(
  kind: string,
  spec: unknown,
): Mistyped | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isMap(spec)) {
    return { value: spec, field: `${kind}.spec`, wanted: `v1.${kind}Spec` };
  }
  const { resourceAttributes, nonResourceAttributes } = spec as Record<
    string,
    object | undefined
  >;
  const at = (attributes: string) =>
    `${attributes}.spec.${attributes[0].toLowerCase()}${attributes.slice(1)}`;
  return (
    mistyped(`${kind}Spec.spec`, SPEC, spec) ??
    mistyped(
      at('ResourceAttributes'),
      RESOURCE_ATTRIBUTES,
      resourceAttributes ?? {},
    ) ??
    mistyped(
      at('NonResourceAttributes'),
      PATH_ATTRIBUTES,
      nonResourceAttributes ?? {},
    )
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
    const isItem = Array.isArray(value) && wanted.startsWith('[]');
    return {
      value: wrong,
      field: `${owner}.${key}`,
      wanted: isItem ? wanted.slice(2) : wanted,
    };
  }
  return undefined;
}
