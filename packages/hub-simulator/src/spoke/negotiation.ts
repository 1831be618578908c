import { StatusError } from './status';

/** What a client wants to get. */
export interface AnswerFormat {
  type: 'json' | 'yaml';
  /** another shape of the object, such as a Table */
  as?: string;
  group?: string;
  version?: string;
}

const TYPES: Record<string, AnswerFormat['type']> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
};
const OBJECT_SHAPES = [
  'Table',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
];
const META_VERSIONS = ['v1', 'v1beta1'];
const ACCEPTED =
  'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** The shapes in which objects can be had. */
export function isObjectShape({ as, group, version }: AnswerFormat): boolean {
  return (
    OBJECT_SHAPES.includes(as!) &&
    group === 'meta.k8s.io' &&
    META_VERSIONS.includes(version!)
  );
}

/** The one shape of discovery that holds everything at once. */
export function isAggregated({ as, group, version }: AnswerFormat): boolean {
  return (
    as === 'APIGroupDiscoveryList' &&
    group === 'apidiscovery.k8s.io' &&
    version === 'v2'
  );
}

/** The first acceptable entry of an Accept header; 406 when there is none. */
export function negotiate(
  accept: string | undefined,
  isShape: (format: AnswerFormat) => boolean = isObjectShape,
): AnswerFormat {
  if (!accept) return { type: 'json' };
  for (const entry of accept.split(',')) {
    const [name, ...parameters] = entry.split(';').map(part => part.trim());
    const type = TYPES[name.toLowerCase()];
    if (!type) continue;
    const given = Object.fromEntries(
      parameters.map(parameter => parameter.split('=')),
    ) as { as?: string; g?: string; v?: string };
    if (!given.as) return { type };
    const format = { type, as: given.as, group: given.g, version: given.v };
    if (isShape(format)) return format;
  }
  throw new StatusError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${ACCEPTED}`,
    {},
  );
}

/** The content type of an answer in this format. */
export function contentType({ type, as, group, version }: AnswerFormat) {
  const plain = `application/${type}`;
  return as && group === 'apidiscovery.k8s.io'
    ? `${plain};g=${group};v=${version};as=${as}`
    : plain;
}
