import type { GenericObject } from '../../types/kubernetes';
import { invalid, invalidValue } from '../fieldErrors';
import type { SpokeStore } from '../SpokeStore';
import { badRequest, conflict, methodNotAllowed, notFound } from '../status';
import { AUDIENCE, type TokenIssuer } from '../TokenIssuer';
import { checkSpecTypes } from '../validation/shape';
import { readWriteOptions } from './options';
import type { ResourceCall } from './ResourceCall';

const DEFAULT_EXPIRY_S = 3600;
const SHORTEST_EXPIRY_S = 600;
const LONGEST_EXPIRY_S = 2 ** 32;
const KIND = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
};

interface BoundObject {
  kind?: string;
  name?: string;
  uid?: string;
}

interface TokenRequestSpec {
  audiences?: string[];
  expirationSeconds?: number;
  boundObjectRef?: BoundObject;
}

/** `POST …/serviceaccounts/{name}/token`: a token that expires. */
export async function requestToken(
  store: SpokeStore,
  issuer: TokenIssuer,
  call: ResourceCall,
): Promise<unknown> {
  if (call.verb !== 'create') throw methodNotAllowed();
  const { name = '', namespace = '', type } = call;
  const { dryRun } = readWriteOptions(call);
  const account = store.of('serviceaccounts').get(name, namespace);
  if (!account) throw notFound(type, name);
  checkSpecTypes(KIND, call.body);
  const spec = ((call.body ?? {}) as GenericObject).spec as
    | TokenRequestSpec
    | undefined;
  const seconds = spec?.expirationSeconds ?? DEFAULT_EXPIRY_S;
  checkExpiry(seconds);
  const audiences = spec?.audiences?.length ? spec.audiences : [AUDIENCE];
  const boundTo = bind(store, namespace, spec?.boundObjectRef);
  const token = dryRun
    ? ''
    : await issuer.boundToken(
        { namespace, name, uid: account.metadata.uid! },
        { seconds, audiences, boundTo },
      );
  const now = Math.floor(Date.now() / 1000);
  const expires = new Date((now + seconds) * 1000);
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: store.timestamp() },
    spec: {
      audiences,
      expirationSeconds: seconds,
      boundObjectRef: spec?.boundObjectRef ?? null,
    },
    status: {
      token,
      expirationTimestamp: `${expires.toISOString().slice(0, 19)}Z`,
    },
  };
}

function checkExpiry(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const why =
    seconds < SHORTEST_EXPIRY_S
      ? 'may not specify a duration less than 10 minutes'
      : 'may not specify a duration larger than 2^32 seconds';
  if (seconds >= SHORTEST_EXPIRY_S && seconds <= LONGEST_EXPIRY_S) return;
  throw invalid(KIND, '', [invalidValue(field, seconds, why)]);
}

/** The pod or Secret with which a token ends. */
function bind(
  store: SpokeStore,
  namespace: string,
  ref: BoundObject | undefined,
) {
  if (!ref) return undefined;
  const { name = '', uid } = ref;
  if (ref.kind !== 'Pod' && ref.kind !== 'Secret') {
    throw badRequest(
      `cannot bind token for serviceaccount to object of kind ${ref.kind}`,
    );
  }
  const kind = ref.kind === 'Pod' ? 'pod' : 'secret';
  const resource = `${kind}s`;
  const bound = store.of(resource).get(name, namespace);
  const names = { group: '', resource };
  if (!bound) throw notFound(names, name);
  const found = bound.metadata.uid!;
  if (uid && uid !== found) {
    throw conflict(
      names,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return { kind, name, uid: found } as const;
}
