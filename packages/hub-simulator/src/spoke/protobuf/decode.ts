import { parse, type Root, type Type } from 'protobufjs';
import { badRequest, StatusError } from '../status';
import { MESSAGES } from './messages';

/** How every protobuf body of Kubernetes begins. */
const MAGIC = Buffer.from('k8s\0');
/** Kinds that can be sent; the other messages are parts of them. */
const KINDS = [
  'Namespace',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'Event',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'SelfSubjectAccessReview',
  'SubjectAccessReview',
  'LocalSubjectAccessReview',
  'SelfSubjectRulesReview',
  'SelfSubjectReview',
  'TokenReview',
  'TokenRequest',
  'DeleteOptions',
];

interface Envelope {
  typeMeta?: { apiVersion?: string; kind?: string };
  raw?: Buffer;
}

let root: Root | undefined;

/**
 * Reads an object from Kubernetes' protobuf, in the shape that its JSON has.
 * Throws 400 for bytes that are none, and 415 for a kind that is not known here.
 */
export function decodeProtobuf(body: Buffer): unknown {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw badRequest('provided data does not appear to be a protobuf message');
  }
  try {
    const envelope = messageType('Unknown').decode(body.subarray(4));
    const { typeMeta, raw } = envelope as unknown as Envelope;
    const { apiVersion, kind = '' } = typeMeta ?? {};
    if (!KINDS.includes(kind)) throw unknownKind(kind);
    const type = messageType(kind);
    const message = type.decode(raw ?? Buffer.alloc(0));
    const object = type.toObject(message, { longs: Number, bytes: String });
    return { apiVersion, kind, ...(tidy(object) as object) };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`error decoding protobuf: ${(error as Error).message}`);
  }
}

function messageType(name: string): Type {
  root ??= parse(MESSAGES, { keepCase: true }).root;
  return root.lookupType(name);
}

/**
 * Go writes fields that are not set as empty text and empty messages; JSON
 * leaves them out. Times become RFC 3339.
 */
function tidy(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.map(item => (typeof item === 'object' ? tidy(item) : item));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isTime(key)) return timeOf(value as { seconds?: number });
  const entries = Object.entries(value)
    .map(([name, each]) => [name, tidy(each, name)] as const)
    .filter(([name, each]) => isText(key) || isSet(name, each));
  return Object.fromEntries(entries);
}

/** Maps of the user's own texts, where an empty one is a value. */
function isText(key: string): boolean {
  return ['labels', 'annotations', 'data', 'stringData', 'binaryData'].includes(
    key,
  );
}

function isSet(name: string, value: unknown): boolean {
  if (value === '' || value === undefined) return false;
  if (name === 'generation' || name === 'count') return value !== 0;
  return typeof value !== 'object' || Object.keys(value!).length > 0;
}

function isTime(key: string): boolean {
  return /Timestamp$|^eventTime$/.test(key);
}

function timeOf({ seconds }: { seconds?: number }): string | undefined {
  if (!seconds) return undefined;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function unknownKind(kind: string): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the simulator cannot read ${
      kind || 'this'
    } as application/vnd.kubernetes.protobuf - accepted media types include: application/json, application/yaml`,
    {},
  );
}
