import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import type { GenericObject } from '../../types/kubernetes';
import { ApiError, Code, fromSpoke, invalidArgument } from '../errors';
import { readToken } from '../jwt';
import type { Cluster } from './Cluster';
import { describe } from './spokeVersion';

const CLAIM = 'kubernetes.io/serviceaccount';
const POLL_MS = 500;
const PATIENCE_MS = 30_000;
const TEXTS = {
  config: 'failed to get REST config for cluster',
  version: 'failed to get server version',
};

/** Whose token it is, by its own flat claims; a TokenRequest token has none. */
export interface TokenOwner {
  namespace: string;
  secret: string;
  account: string;
}

/** The service account of a cluster's token; throws where it cannot be rotated. */
export function ownerOf(cluster: Cluster, server: string): TokenOwner {
  const { config } = cluster;
  const token = config.bearerToken;
  if (!token || config.awsAuthConfig || config.execProviderConfig) {
    throw invalidArgument(
      `Cluster '${server}' does not use bearer token authentication`,
    );
  }
  let claims: Record<string, unknown>;
  try {
    claims = readToken(token).claims as Record<string, unknown>;
  } catch (error) {
    const text = 'failed to parse service account token';
    throw new ApiError(
      Code.Unknown,
      `${text}: ${text}: ${(error as Error).message}`,
    );
  }
  return {
    namespace: String(claims[`${CLAIM}/namespace`] ?? ''),
    secret: String(claims[`${CLAIM}/secret.name`] ?? ''),
    account: String(claims[`${CLAIM}/service-account.name`] ?? ''),
  };
}

/** The service account of a cluster on its spoke, seen with the stored token. */
export class TokenRotation {
  readonly #state: HubState;
  readonly #client: SpokeClient;
  readonly #cluster: Cluster;
  readonly #owner: TokenOwner;

  constructor(options: {
    state: HubState;
    client: SpokeClient;
    cluster: Cluster;
    owner: TokenOwner;
  }) {
    this.#state = options.state;
    this.#client = options.client;
    this.#cluster = options.cluster;
    this.#owner = options.owner;
  }

  /** Makes a new token Secret beside the old one and waits for its token. */
  async create(): Promise<{ name: string; token: string }> {
    try {
      return await this.#create();
    } catch (error) {
      throw this.#wrap(
        error,
        'failed to generate new cluster manager secret: ',
      );
    }
  }

  /** Lets the service account know the new Secret, and removes the old one. */
  async finish(name: string): Promise<void> {
    try {
      await this.#replaceReference(name);
      await this.#deleteOld();
    } catch (error) {
      throw this.#wrap(error, 'failed to rotate service account secrets: ');
    }
  }

  async #create(): Promise<{ name: string; token: string }> {
    const { secret } = this.#owner;
    if (!secret) throw unknown('resource name may not be empty');
    const old = await this.#call<GenericObject>('GET', `secrets/${secret}`);
    const stem = secret.split('-').slice(0, -1).join('-');
    const made = await this.#call<GenericObject>('POST', 'secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        generateName: `${stem}-`,
        annotations: old.metadata.annotations,
      },
      type: 'kubernetes.io/service-account-token',
    });
    return this.#waitFor(made.metadata.name);
  }

  async #waitFor(name: string): Promise<{ name: string; token: string }> {
    const { clock } = this.#state;
    const end = clock.now() + PATIENCE_MS;
    while (clock.now() < end) {
      await new Promise<void>(resolve => clock.after(POLL_MS, resolve));
      const secret = await this.#call<GenericObject>('GET', `secrets/${name}`);
      const data = secret.data as Record<string, string> | undefined;
      if (!data || !Object.keys(data).length) continue;
      const token = Buffer.from(data.token ?? '', 'base64').toString('utf8');
      return { name, token };
    }
    throw unknown(
      'timed out waiting for secret to generate new token: context deadline exceeded',
    );
  }

  async #replaceReference(name: string): Promise<void> {
    const path = `serviceaccounts/${this.#owner.account}`;
    const account = await this.#call<GenericObject>('GET', path);
    const listed = (account.secrets as { name: string }[] | undefined) ?? [];
    const others = listed.filter(each => each.name !== this.#owner.secret);
    const isThere = others.some(each => each.name === name);
    const secrets = isThere ? listed : [...others, { name }];
    await this.#call('PUT', path, { ...account, secrets });
  }

  async #deleteOld(): Promise<void> {
    try {
      await this.#call('DELETE', `secrets/${this.#owner.secret}`);
    } catch (error) {
      const { code } = fromSpoke(error, '');
      if (code !== Code.NotFound) throw error;
    }
  }

  #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { server, config } = this.#cluster;
    const { namespace } = this.#owner;
    const [resource] = path.split('/');
    const verb =
      { POST: 'post', PUT: 'put', DELETE: 'delete' }[method] ?? 'get';
    return this.#client.call<T>(
      { server, config },
      {
        method,
        path: `/api/v1/namespaces/${namespace}/${path}?timeout=32s`,
        body,
        subject: `${verb} ${resource}`,
      },
    );
  }

  #wrap(error: unknown, prefix: string): ApiError {
    if (error instanceof ApiError) {
      return new ApiError(error.code, `${prefix}${error.message}`);
    }
    const described = describe(error, TEXTS);
    if (described.message.startsWith(TEXTS.config)) return described;
    return fromSpoke(error, prefix);
  }
}

function unknown(message: string): ApiError {
  return new ApiError(Code.Unknown, message);
}
