import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reviews } from '../auth/reviews';
import { contentType, negotiate } from '../negotiation';
import { REVIEW_TYPES } from '../resources';
import type { Answer } from '../respond';
import type { SpokeStore } from '../SpokeStore';
import { methodNotAllowed, unknownResource } from '../status';
import { convertList, converter, type Shape } from '../table/shapes';
import type { TokenIssuer } from '../TokenIssuer';
import type { GenericObject } from '../../types/kubernetes';
import type { ResourceCall } from './ResourceCall';
import type { ResourceReader } from './ResourceReader';
import type { ResourceRemover } from './ResourceRemover';
import type { ResourceWriter, Written } from './ResourceWriter';
import { requestToken } from './tokenRequest';
import type { Watches } from './Watches';

/** Whoever answers a part of the calls. */
export interface Handlers {
  store: SpokeStore;
  issuer: TokenIssuer;
  reader: ResourceReader;
  writer: ResourceWriter;
  remover: ResourceRemover;
  reviews: Reviews;
  watches: Watches;
}

/** Answers authorised calls about resources, in the shape the client wants. */
export class ResourceRouter {
  readonly #handlers: Handlers;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  /** undefined when a watch has taken the response over. */
  async answer(
    call: ResourceCall,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Answer | undefined> {
    const shape: Shape = {
      type: call.type,
      format: negotiate(request.headers.accept),
      includeObject: call.query.get('includeObject'),
    };
    const type = contentType(shape.format);
    checkSubresource(call);
    checkMethod(call);
    if (call.verb === 'watch') {
      this.#handlers.watches.open(call, response, {
        contentType: type,
        convert: converter(shape),
      });
      return undefined;
    }
    const { code, body } = await this.#answer(call, shape);
    return { code, body, contentType: type, warnings: call.warnings };
  }

  async #answer(call: ResourceCall, shape: Shape): Promise<Answer> {
    const { reader, writer, remover, reviews, store, issuer } = this.#handlers;
    if (REVIEW_TYPES.includes(call.type)) {
      if (call.verb !== 'create' || call.name) throw methodNotAllowed();
      return { code: 201, body: await reviews.answer(call) };
    }
    if (call.subresource === 'token') {
      return { code: 201, body: await requestToken(store, issuer, call) };
    }
    switch (call.verb) {
      case 'get':
        return { body: shaped(shape, reader.get(call)) };
      case 'list':
        return { body: convertList(shape, await reader.list(call)) };
      case 'create':
        checkPlace(call);
        return written(shape, writer.create(call));
      case 'update':
        return written(shape, writer.update(call));
      case 'patch':
        return written(shape, writer.patch(call));
      case 'delete':
        return { body: remover.delete(call) };
      case 'deletecollection':
        checkPlace(call);
        return {
          body: convertList(shape, await remover.deleteCollection(call)),
        };
      default:
        throw methodNotAllowed();
    }
  }
}

function written(shape: Shape, { object, created }: Written): Answer {
  return { code: created ? 201 : 200, body: shaped(shape, object) };
}

function shaped(shape: Shape, object: GenericObject): unknown {
  return converter(shape)?.(object) ?? object;
}

function checkSubresource({ type, subresource, verb }: ResourceCall): void {
  if (!subresource) return;
  const known =
    (subresource === 'status' && type.hasStatus) ||
    (subresource === 'finalize' && type.kind === 'Namespace') ||
    (subresource === 'token' && type.kind === 'ServiceAccount');
  if (!known) throw unknownResource();
  if (verb === 'delete') throw methodNotAllowed();
}

/** One object is changed under its name, and made without one. */
function checkMethod({ type, verb, name, subresource }: ResourceCall): void {
  const isSingle = verb === 'update' || verb === 'patch';
  const isMisplaced =
    (isSingle && !name) ||
    (verb === 'create' && name && !subresource) ||
    (verb === 'deletecollection' && type.hasNoCollectionDelete);
  if (isMisplaced) throw methodNotAllowed();
}

/** Objects with a namespace are made and emptied in one. */
function checkPlace({ type, namespace }: ResourceCall): void {
  if (type.namespaced && !namespace) throw methodNotAllowed();
}
