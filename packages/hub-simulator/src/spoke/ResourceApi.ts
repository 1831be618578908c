import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { matchesSelector, parseSelector } from '../labels';
import { AlreadyExistsError } from '../state/ObjectStore';
import type { GenericObject } from '../types/kubernetes';
import { admit } from './admission';
import type { User } from './Authenticator';
import type { Authorizer } from './Authorizer';
import { checkEscalation, checkRoleRef } from './escalation';
import { matchesFields } from './fieldSelector';
import { applyPatch, mergePatch } from './patch';
import type { ResourceRequest } from './requestInfo';
import { apiVersion } from './resources';
import type { SpokeStore } from './SpokeStore';
import { alreadyExists, badRequest, conflict, notFound } from './status';

export interface ResourceCall extends ResourceRequest {
  user: User;
  query: URLSearchParams;
  body?: unknown;
  contentType: string;
}

/** Reads and writes the objects of a spoke, once the call is authorised. */
export class ResourceApi {
  readonly #store: SpokeStore;
  readonly #authorizer: Authorizer;
  readonly #timestamp: () => string;

  constructor(options: {
    store: SpokeStore;
    authorizer: Authorizer;
    timestamp: () => string;
  }) {
    this.#store = options.store;
    this.#authorizer = options.authorizer;
    this.#timestamp = options.timestamp;
  }

  get(call: ResourceCall): GenericObject {
    const object = this.#store
      .of(call.type.resource)
      .get(call.name!, call.namespace);
    if (!object) throw notFound(call.type, call.name!);
    return object;
  }

  list(call: ResourceCall): unknown {
    return {
      kind: `${call.type.kind}List`,
      apiVersion: apiVersion(call.type),
      metadata: { resourceVersion: this.#store.revisions.last },
      items: this.#select(call),
    };
  }

  create(call: ResourceCall): GenericObject {
    const body = named(objectOf(call));
    const object = admit(this.#store, call.type, body, call.namespace);
    checkEscalation(this.#authorizer, call.user, call.type, object);
    const store = this.#store.of(call.type.resource);
    const { name } = object.metadata;
    if (isDryRun(call)) {
      if (store.get(name, call.namespace)) throw alreadyExists(call.type, name);
      return this.#pretend(object);
    }
    try {
      return store.create(withoutServerFields(object));
    } catch (error) {
      if (error instanceof AlreadyExistsError) {
        throw alreadyExists(call.type, name);
      }
      throw error;
    }
  }

  update(call: ResourceCall): GenericObject {
    const object = objectOf(call);
    if (object.metadata.name !== call.name) {
      throw badRequest(
        `the name of the object (${object.metadata.name}) does not match the name on the URL (${call.name})`,
      );
    }
    return this.#replace(call, this.get(call), object);
  }

  patch(call: ResourceCall): GenericObject {
    if (call.contentType.startsWith('application/apply-patch')) {
      return this.#apply(call);
    }
    const current = this.get(call);
    return this.#replace(
      call,
      current,
      applyPatch(current, call.body, call.contentType),
    );
  }

  delete(call: ResourceCall): unknown {
    const object = this.get(call);
    if (isDryRun(call)) return object;
    this.#remove(call, object);
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name: call.name,
        ...(call.type.group && { group: call.type.group }),
        kind: call.type.resource,
        uid: object.metadata.uid,
      },
    };
  }

  deleteCollection(call: ResourceCall): unknown {
    const list = this.list(call);
    if (!isDryRun(call)) {
      for (const object of this.#select(call)) this.#remove(call, object);
    }
    return list;
  }

  /** Server-side apply with force: creates, or merges what is given. */
  #apply(call: ResourceCall): GenericObject {
    const current = this.#store
      .of(call.type.resource)
      .get(call.name!, call.namespace);
    if (!current) return this.create(call);
    return this.#replace(
      call,
      current,
      mergePatch(current, call.body) as GenericObject,
    );
  }

  #replace(
    call: ResourceCall,
    current: GenericObject,
    next: GenericObject,
  ): GenericObject {
    const object = admit(this.#store, call.type, next, call.namespace);
    checkEscalation(this.#authorizer, call.user, call.type, object);
    checkRoleRef(current, object);
    checkRevision(call, current, next);
    if (isDryRun(call)) return object;
    const { status } = current;
    const keepsStatus = status !== undefined && call.subresource !== 'status';
    const result: GenericObject = {
      ...object,
      ...(keepsStatus && { status }),
      metadata: {
        ...object.metadata,
        generation:
          (current.metadata.generation ?? 1) +
          (isDeepStrictEqual(current.spec, object.spec) ? 0 : 1),
      },
    };
    if (isDeepStrictEqual(withoutRevision(current), withoutRevision(result)))
      return current;
    return this.#store.of(call.type.resource).replace({
      ...result,
      metadata: { ...result.metadata, resourceVersion: undefined },
    });
  }

  #remove(call: ResourceCall, object: GenericObject): void {
    const { name, namespace } = object.metadata;
    this.#store.of(call.type.resource).delete(name, namespace);
    this.#store.collectGarbage(object);
  }

  #select(call: ResourceCall): GenericObject[] {
    const labels = call.query.get('labelSelector');
    const selector = labels ? parseLabels(labels) : undefined;
    const fields = call.query.get('fieldSelector') ?? '';
    return this.#store
      .of(call.type.resource)
      .list()
      .filter(
        object =>
          (!call.namespace || object.metadata.namespace === call.namespace) &&
          (!selector || matchesSelector(selector, object.metadata.labels)) &&
          matchesFields(fields, object),
      );
  }

  #pretend(object: GenericObject): GenericObject {
    return {
      ...object,
      metadata: {
        ...object.metadata,
        uid: randomUUID(),
        creationTimestamp: this.#timestamp(),
      },
    };
  }
}

function isDryRun(call: ResourceCall): boolean {
  const options = call.body as { dryRun?: string[] } | undefined;
  return (
    call.query.get('dryRun') === 'All' ||
    (call.verb.startsWith('delete') && !!options?.dryRun?.includes('All'))
  );
}

function objectOf(call: ResourceCall): GenericObject {
  const object = call.body as GenericObject | undefined;
  if (typeof object !== 'object' || object === null) {
    throw badRequest('the request body holds no object');
  }
  // What a body does not say of its kind the path says.
  return {
    ...object,
    apiVersion: object.apiVersion ?? apiVersion(call.type),
    kind: object.kind ?? call.type.kind,
    metadata: object.metadata ?? { name: '' },
  };
}

function checkRevision(
  { type, name = '' }: ResourceCall,
  current: GenericObject,
  next: GenericObject,
): void {
  const { resourceVersion } = next.metadata;
  if (!resourceVersion) return;
  if (resourceVersion === current.metadata.resourceVersion) return;
  throw conflict(
    type,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

function named(object: GenericObject): GenericObject {
  const { name, generateName } = object.metadata;
  if (name || !generateName) return object;
  const suffix = randomBytes(4).toString('hex').slice(0, 5);
  return {
    ...object,
    metadata: { ...object.metadata, name: `${generateName}${suffix}` },
  };
}

function withoutServerFields(object: GenericObject): GenericObject {
  const { uid, resourceVersion, creationTimestamp, generation, ...metadata } =
    object.metadata;
  return { ...object, metadata };
}

function withoutRevision(object: GenericObject): unknown {
  const { resourceVersion, generation, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function parseLabels(text: string) {
  try {
    return parseSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}
