import type { GenericObject } from '../../types/kubernetes';
import type { Lifecycle } from '../lifecycle/Lifecycle';
import { conflict, forbidden } from '../status';
import { readDeleteOptions, type DeleteOptions } from './options';
import type { ResourceCall } from './ResourceCall';
import type { ObjectList, ResourceReader } from './ResourceReader';

const LASTING_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** Deletes the objects of a spoke. */
export class ResourceRemover {
  readonly #reader: ResourceReader;
  readonly #lifecycle: Lifecycle;

  constructor(options: { reader: ResourceReader; lifecycle: Lifecycle }) {
    this.#reader = options.reader;
    this.#lifecycle = options.lifecycle;
  }

  /** The object while it stays, or where its kind says so; else a Status of success. */
  delete(call: ResourceCall): unknown {
    const options = readDeleteOptions(call);
    const object = this.#reader.get(call);
    checkPreconditions(call, object, options);
    checkNamespace(call);
    if (options.dryRun) return answer(call, object, undefined);
    const left = this.#lifecycle.delete(call.type, object, options);
    return answer(call, object, left);
  }

  /** The list of what was selected. */
  async deleteCollection(call: ResourceCall): Promise<ObjectList> {
    const options = readDeleteOptions(call);
    const list = await this.#reader.list(call);
    if (options.dryRun) return list;
    for (const object of list.items) {
      this.#lifecycle.delete(call.type, object, options);
    }
    return list;
  }
}

function answer(
  { type, name }: ResourceCall,
  object: GenericObject,
  left: GenericObject | undefined,
): unknown {
  if (left || type.returnsDeleted) return left ?? object;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(type.group && { group: type.group }),
      kind: type.resource,
      uid: object.metadata.uid,
    },
  };
}

function checkPreconditions(
  { type, name = '' }: ResourceCall,
  { metadata }: GenericObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  if (uid && uid !== metadata.uid) {
    throw conflict(
      type,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      type,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

function checkNamespace({ type, name = '' }: ResourceCall): void {
  if (type.kind !== 'Namespace' || !LASTING_NAMESPACES.includes(name)) return;
  throw forbidden(type, name, 'this namespace may not be deleted');
}
