import { isDeepStrictEqual } from 'node:util';
import {
  applyFields,
  withUpdatedFields,
  type Writer,
} from '../apply/serverSideApply';
import { authorizeResource } from '../auth/authorize';
import type { Authorizer } from '../auth/Authorizer';
import { checkEscalation } from '../auth/escalation';
import { mayGo } from '../lifecycle/Lifecycle';
import type { GenericObject } from '../../types/kubernetes';
import { apiVersion } from '../resources';
import type { SpokeStore } from '../SpokeStore';
import {
  alreadyExists,
  badRequest,
  conflict,
  methodNotAllowed,
  notFound,
} from '../status';
import {
  checkNamespace,
  inNamespace,
  validate,
  withDefaults,
} from '../validation/admission';
import { readObject } from '../validation/shape';
import { readWriteOptions, type WriteOptions } from './options';
import { patched } from './patched';
import {
  fixedMetadata,
  pretend,
  stripped,
  withName,
  withoutRevision,
  withoutServerFields,
} from './serverFields';
import type { ResourceCall } from './ResourceCall';
import { scopeOf } from './ResourceReader';

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

/** A written object, and whether it is new. */
export interface Written {
  object: GenericObject;
  created: boolean;
}

/** Writes the objects of a spoke: create, update, patch and apply. */
export class ResourceWriter {
  readonly #store: SpokeStore;
  readonly #authorizer: Authorizer;

  constructor(options: { store: SpokeStore; authorizer: Authorizer }) {
    this.#store = options.store;
    this.#authorizer = options.authorizer;
  }

  create(call: ResourceCall): Written {
    if (call.subresource || call.name) throw methodNotAllowed();
    const options = readWriteOptions(call);
    const object = readObject(call, options.validation);
    return { object: this.#create(call, object, options), created: true };
  }

  update(call: ResourceCall): Written {
    const options = readWriteOptions(call);
    const object = readObject(call, options.validation);
    const { name } = object.metadata;
    if (name !== call.name) {
      throw badRequest(
        name
          ? `the name of the object (${name}) does not match the name on the URL (${call.name})`
          : 'name is required',
      );
    }
    const current = this.#find(call);
    if (current) return this.#replace(call, current, object, options);
    if (!call.type.createsOnUpdate || object.metadata.resourceVersion) {
      throw notFound(call.type, name);
    }
    this.#mayCreate(call);
    return { object: this.#create(call, object, options), created: true };
  }

  patch(call: ResourceCall): Written {
    const options = readWriteOptions(call);
    const current = this.#find(call);
    if (call.contentType.startsWith('application/apply-patch')) {
      return this.#apply(call, current, options);
    }
    if (!current) throw notFound(call.type, call.name!);
    const body = patched(current, call.body, call.contentType);
    const object = readObject({ ...call, body }, options.validation);
    const { name } = object.metadata;
    if (name !== call.name) {
      throw badRequest(
        `the name of the object (${name}) does not match the name on the URL (${call.name})`,
      );
    }
    return this.#replace(call, current, object, options);
  }

  #apply(
    call: ResourceCall,
    current: GenericObject | undefined,
    options: WriteOptions,
  ): Written {
    const given = readObject(call, options.validation);
    if (given.metadata.managedFields?.length) {
      throw badRequest('metadata.managedFields must be nil');
    }
    const applied = {
      ...given,
      metadata: { ...given.metadata, name: given.metadata.name || call.name! },
    };
    checkRevision(call, current, applied);
    const writer = this.#writer(call, options);
    const merged = applyFields(current, stripped(applied), {
      ...writer,
      force: options.force,
    });
    if (!current) {
      this.#mayCreate(call);
      const object = this.#create(call, merged, options, true);
      return { object, created: true };
    }
    return this.#replace(call, current, merged, options, true);
  }

  #create(
    call: ResourceCall,
    given: GenericObject,
    options: WriteOptions,
    isTracked = false,
  ): GenericObject {
    const { type } = call;
    const { resourceVersion } = given.metadata;
    if (resourceVersion && !isTracked) {
      throw badRequest(
        'resourceVersion should not be set on objects to be created',
      );
    }
    const scope = scopeOf(call);
    const named = withName(inNamespace(given, scope));
    checkNamespace(this.#store, type, named);
    const clean = withoutServerFields(named);
    if (type.hasStatus) delete clean.status;
    const object = withDefaults(type, clean);
    validate(type, object);
    checkEscalation(this.#authorizer, { type, user: call.user, object });
    const { name } = object.metadata;
    if (this.#store.of(type.resource).get(name, scope)) {
      throw alreadyExists(type, name);
    }
    const tracked = isTracked
      ? object
      : withUpdatedFields(undefined, object, this.#writer(call, options));
    if (options.dryRun) return pretend(type, tracked, this.#store.timestamp());
    return this.#store.of(type.resource).create(tracked);
  }

  #replace(
    call: ResourceCall,
    current: GenericObject,
    given: GenericObject,
    options: WriteOptions,
    isTracked = false,
  ): Written {
    const { type } = call;
    checkRevision(call, current, given);
    checkUid(call, current, given);
    const placed = inNamespace(given, scopeOf(call));
    const next = withDefaults(type, this.#next(call, current, placed));
    validate(type, next, current);
    const { user } = call;
    checkEscalation(this.#authorizer, {
      type,
      user,
      object: next,
      before: current,
    });
    const tracked = isTracked
      ? next
      : withUpdatedFields(current, next, this.#writer(call, options));
    const isSame = isDeepStrictEqual(
      withoutRevision(tracked),
      withoutRevision(current),
    );
    if (isSame) return { object: current, created: false };
    if (options.dryRun) return { object: tracked, created: false };
    return { object: this.#put(call, tracked), created: false };
  }

  /** Stores an object, or takes it out when nothing holds it any more. */
  #put({ type }: ResourceCall, object: GenericObject): GenericObject {
    const kind = this.#store.of(type.resource);
    if (!mayGo(type, object)) return kind.replace(object);
    kind.delete(object.metadata.name, object.metadata.namespace);
    return object;
  }

  /** What a write may change: its part of the object and nothing of the server's. */
  #next(
    { type, subresource }: ResourceCall,
    current: GenericObject,
    given: GenericObject,
  ): GenericObject {
    const fixed = fixedMetadata(current);
    const metadata = { ...given.metadata, ...fixed };
    const { managedFields } = given.metadata;
    if (subresource === 'status') {
      const kept = { ...current.metadata, managedFields };
      return { ...current, metadata: kept, status: given.status };
    }
    if (subresource === 'finalize') return { ...current, spec: given.spec };
    const next: GenericObject = { ...given, metadata };
    if (type.kind === 'Namespace') next.spec = current.spec;
    if (type.hasStatus) {
      if (current.status === undefined) delete next.status;
      else next.status = current.status;
    }
    const isChanged = !isDeepStrictEqual(current.spec, next.spec);
    if (type.hasGeneration && isChanged) {
      next.metadata.generation = (current.metadata.generation ?? 1) + 1;
    }
    return next;
  }

  /** Who makes something by PUT or apply needs the right to create as well. */
  #mayCreate(call: ResourceCall): void {
    const info = { ...call, verb: 'create' };
    authorizeResource(this.#authorizer, call.user, info);
  }

  #find(call: ResourceCall): GenericObject | undefined {
    return this.#store.of(call.type.resource).get(call.name!, scopeOf(call));
  }

  #writer(call: ResourceCall, { manager }: WriteOptions): Writer {
    return {
      manager,
      apiVersion: apiVersion(call.type),
      subresource: call.subresource,
      now: this.#store.timestamp(),
    };
  }
}

function checkRevision(
  { type, name = '' }: ResourceCall,
  current: GenericObject | undefined,
  { metadata }: GenericObject,
): void {
  const { resourceVersion } = metadata;
  if (!resourceVersion || resourceVersion === '0') return;
  if (resourceVersion === current?.metadata.resourceVersion) return;
  throw conflict(type, name, MODIFIED);
}

function checkUid(
  { type, name = '' }: ResourceCall,
  current: GenericObject,
  { metadata }: GenericObject,
): void {
  const { uid } = current.metadata;
  if (!metadata.uid || metadata.uid === uid) return;
  throw conflict(
    type,
    name,
    `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`,
  );
}
