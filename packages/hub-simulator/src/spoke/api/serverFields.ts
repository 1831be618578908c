import { randomUUID } from 'node:crypto';
import type { GenericObject, ObjectMeta } from '../../types/kubernetes';
import type { ResourceType } from '../resources';

/** A new object without what only the server may say. */
export function withoutServerFields(object: GenericObject): GenericObject {
  const {
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    generation,
    selfLink,
    deletionGracePeriodSeconds,
    ...metadata
  } = object.metadata as ObjectMeta & {
    selfLink?: string;
    deletionGracePeriodSeconds?: number;
  };
  return { ...object, metadata };
}

/** A new object as a dry run answers it. */
export function pretend(
  type: ResourceType,
  object: GenericObject,
  now: string,
): GenericObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: randomUUID(),
      creationTimestamp: now,
      ...(type.hasGeneration && { generation: 1 }),
    },
  };
}

/** What makes two versions of an object the same, whoever manages their fields when. */
export function withoutRevision(object: GenericObject): unknown {
  const { resourceVersion, managedFields, ...metadata } = object.metadata;
  const owners = (managedFields ?? []).map(entry => {
    const { time, ...rest } = entry as { time?: string };
    return rest;
  });
  return { ...object, metadata: { ...metadata, owners } };
}
