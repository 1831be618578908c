import type { GenericObject } from '../../types/kubernetes';
import type { AnswerFormat } from '../negotiation';
import { apiVersion, type ResourceType } from '../resources';
import { columnsOf } from './columns';

/** How an answer about a kind is to look. */
export interface Shape {
  type: ResourceType;
  format: AnswerFormat;
  /** `includeObject` of the query: what a row carries beside its cells */
  includeObject: string | null;
}

/** A function that gives an object another shape; undefined when it stays as it is. */
export function converter(
  shape: Shape,
): ((object: GenericObject) => unknown) | undefined {
  const { as, version } = shape.format;
  switch (as) {
    case 'Table':
      return object =>
        tableOf(shape, [object], {
          resourceVersion: object.metadata.resourceVersion,
        });
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return object => partial(object, version!);
    default:
      return undefined;
  }
}

/** A list in the wanted shape. */
export function convertList(
  shape: Shape,
  list: { metadata: object; items: GenericObject[] },
): unknown {
  const { as, version } = shape.format;
  if (as === 'Table') return tableOf(shape, list.items, list.metadata);
  if (!as) return list;
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: list.metadata,
    items: list.items.map(object => partial(object, version!)),
  };
}

function tableOf(
  { type, format, includeObject }: Shape,
  objects: readonly GenericObject[],
  metadata: object,
): unknown {
  const columns = columnsOf(type.resource);
  const now = new Date();
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${format.version}`,
    metadata,
    columnDefinitions: columns.map(
      ({ name, type: kind, format: of, priority }) => ({
        name,
        type: kind,
        format: of,
        description: `${name} of a ${type.kind}`,
        priority,
      }),
    ),
    rows: objects.map(object => ({
      cells: columns.map(column => column.cell(object, now)),
      ...(includeObject !== 'None' && {
        object:
          includeObject === 'Object'
            ? { apiVersion: apiVersion(type), kind: type.kind, ...object }
            : partial(object, format.version!),
      }),
    })),
  };
}

function partial({ metadata }: GenericObject, version: string): unknown {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
  };
}
