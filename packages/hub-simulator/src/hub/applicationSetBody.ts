import { GENERATOR_KINDS } from '../controllers/applicationset/transform';
import { decodeStruct } from '../goStruct';
import type { ApplicationSet } from '../types/applicationset';
import { invalidArgument } from './errors';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A set as Go's decoder reads it, undefined for null. Throws 400 for a field of
 * the wrong type, whose path begins with `prefix`.
 */
export function readSet(
  body: unknown,
  prefix = '',
): ApplicationSet | undefined {
  if (body === undefined || body === null) return undefined;
  const decoded = decode(body, prefix);
  const { apiVersion, kind } = body as Partial<ApplicationSet>;
  const { metadata, spec } = decoded;
  return {
    apiVersion,
    kind,
    ...(decoded as ApplicationSet),
    metadata: { ...metadata, name: metadata?.name ?? '' },
    spec: {
      ...spec,
      generators: spec?.generators as never,
      template: {
        metadata: spec?.template?.metadata ?? {},
        spec: { destination: {}, project: '', ...spec?.template?.spec },
      },
    },
  };
}

/** The set in a request to generate; throws as `readSet` does. */
export function readGenerateRequest(body: unknown): ApplicationSet | undefined {
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw invalidArgument(
      `json: cannot unmarshal ${jsonType(
        body,
      )} into Go value of type applicationset.ApplicationSetGenerateRequest`,
    );
  }
  const { applicationSet } = (body ?? {}) as { applicationSet?: unknown };
  return readSet(applicationSet, 'applicationSet');
}

/** Argo CD's sentence about generators that are none of the known ones. */
export function unknownGenerators({
  metadata,
  spec,
}: ApplicationSet): string | undefined {
  const known = [...GENERATOR_KINDS, 'selector'];
  const places = (spec.generators ?? []).flatMap((generator, place) =>
    known.some(
      kind => generator[kind] !== undefined && generator[kind] !== null,
    )
      ? []
      : [place],
  );
  if (!places.length) return undefined;
  const names = new Set(
    places.flatMap(place => appliedKind(metadata.annotations, place)),
  );
  const list = names.size ? `: ${[...names].sort().join(', ')}` : '';
  return `ApplicationSet ${metadata.name} contains unrecognized generators${list}`;
}

/** What kubectl says that a generator was before its unknown kind was dropped. */
function appliedKind(
  annotations: Record<string, string> | undefined,
  place: number,
): string[] {
  try {
    const applied = JSON.parse(annotations?.[LAST_APPLIED] ?? '{}');
    return Object.keys(applied.spec.generators[place]).slice(0, 1);
  } catch {
    return [];
  }
}

function decode(body: unknown, prefix: string): Partial<ApplicationSet> {
  if (prefix && (typeof body !== 'object' || Array.isArray(body))) {
    throw invalidArgument(
      `json: cannot unmarshal ${jsonType(
        body,
      )} into Go struct field ApplicationSetGenerateRequest.${prefix} of type v1alpha1.ApplicationSet`,
    );
  }
  try {
    return decodeStruct(
      body,
      'v1alpha1ApplicationSet',
      prefix,
    ) as Partial<ApplicationSet>;
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
