import type { GenericObject } from '../../types/kubernetes';
import type { WriteOptions } from '../api/options';
import type { ResourceCall } from '../api/ResourceCall';
import { apiVersion, type ResourceType } from '../resources';
import { badRequest } from '../status';
import { fitted, Misfit } from './nested';
import { jsonType, type Mistyped, mistypedField, mistypedSpec } from './types';

type KindVersion = Pick<ResourceType, 'kind' | 'version'>;

const METADATA = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/**
 * Reads a body as an object of its kind: what it does not say of its kind the
 * path says, and fields that the kind does not have are refused, warned of or
 * dropped. Deeper than the first level and metadata only types are checked, and
 * those only of what is used.
 */
export function readObject(
  call: ResourceCall,
  validation: WriteOptions['validation'],
): GenericObject {
  const { body, type } = call;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): the request body holds no object`,
    );
  }
  checkKind(type, body as GenericObject);
  const given = checkTypes(type, body as GenericObject);
  const object: GenericObject = {
    ...pick(given, ['spec', 'status', ...type.fields]),
    apiVersion: apiVersion(type),
    kind: type.kind,
    metadata: { name: '', ...pick(given.metadata ?? {}, METADATA) },
  };
  report(call, validation, unknownFields(type, given));
  return object;
}

function checkKind(type: ResourceType, given: GenericObject): void {
  const expected = apiVersion(type);
  const version = given.apiVersion || expected;
  if (version !== expected) {
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${expected})`,
    );
  }
  if (given.kind && given.kind !== type.kind) {
    throw cannotHandle(
      given.kind,
      type,
      `converting (${type.version}.${given.kind}) to (${type.version}.${type.kind}): unknown conversion`,
    );
  }
}

/** What JSON cannot become of a kind's Go types is refused as Go does. */
function checkTypes(type: ResourceType, object: GenericObject): GenericObject {
  refuse(type, mistypedField(type.kind, object));
  try {
    return fitted(type.kind, object);
  } catch (error) {
    if (error instanceof Misfit) refuse(type, error.found);
    throw error;
  }
}

/** The same for a body that is answered and not stored, and for its spec. */
export function checkSpecTypes(type: KindVersion, body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): the request body holds no object`,
    );
  }
  const { spec, metadata } = body as Partial<GenericObject>;
  refuse(
    type,
    mistypedField(type.kind, { metadata } as GenericObject) ??
      mistypedSpec(type.kind, spec),
  );
}

function refuse(type: KindVersion, wrong: Mistyped | undefined): void {
  if (!wrong) return;
  const { value, field, wanted } = wrong;
  const why = `json: cannot unmarshal ${jsonType(
    value,
  )} into Go struct field ${field} of type ${wanted}`;
  throw cannotHandle(type.kind, type, why);
}

function report(
  { type, warnings }: ResourceCall,
  validation: WriteOptions['validation'],
  unknown: readonly string[],
): void {
  if (!unknown.length || validation === 'Ignore') return;
  const texts = unknown.map(field => `unknown field "${field}"`);
  if (validation === 'Warn') warnings.push(...texts);
  else {
    throw cannotHandle(
      type.kind,
      type,
      `strict decoding error: ${texts.join(', ')}`,
    );
  }
}

function unknownFields(type: ResourceType, given: GenericObject): string[] {
  const known = ['apiVersion', 'kind', 'metadata', ...type.fields];
  return [
    ...Object.keys(given).filter(key => !known.includes(key)),
    ...Object.keys(given.metadata ?? {})
      .filter(key => !METADATA.includes(key))
      .map(key => `metadata.${key}`),
  ];
}

function cannotHandle(kind: string, type: KindVersion, why: string) {
  return badRequest(
    `${kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${why}`,
  );
}

function pick(object: object, keys: readonly string[]): object {
  // null stands for a field that is not set.
  return Object.fromEntries(
    Object.entries(object).filter(
      ([key, value]) => keys.includes(key) && value !== null,
    ),
  );
}
