import { randomInt, randomUUID } from 'node:crypto';
import type { GenericObject, ObjectMeta } from '../../types/kubernetes';
import type { ResourceType } from '../resources';

/** Of these letters Kubernetes makes the ends of generated names. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_BASE = 58;

/** Makes a name for an object that gives only the beginning of one. */
export function withName(object: GenericObject): GenericObject {
  const { name, generateName } = object.metadata;
  if (name || !generateName) return object;
  const suffix = Array.from(
    { length: SUFFIX_LENGTH },
    () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)],
  ).join('');
  const base = generateName.slice(0, LONGEST_BASE);
  return { ...object, metadata: { ...object.metadata, name: base + suffix } };
}

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

/** What the server says of an object and no write changes. */
export function fixedMetadata({ metadata }: GenericObject): object {
  const { uid, creationTimestamp, generation, deletionTimestamp } = metadata;
  const { deletionGracePeriodSeconds } = metadata as {
    deletionGracePeriodSeconds?: number;
  };
  return {
    uid,
    creationTimestamp,
    resourceVersion: metadata.resourceVersion,
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && {
      deletionGracePeriodSeconds,
    }),
  };
}

/** An applied object without what belongs to the server. */
export function stripped(object: GenericObject): GenericObject {
  const { resourceVersion, managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
