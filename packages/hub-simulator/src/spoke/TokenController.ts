import type { Clock } from '../clock';
import type { GenericObject } from '../types/kubernetes';
import type { SpokeStore } from './SpokeStore';
import type { TokenIssuer } from './TokenIssuer';

const ACCOUNT = 'kubernetes.io/service-account.name';
/** How long the real controller takes, about. */
const DELAY_MS = 100;

/** Fills token Secrets a moment after they were made, as Kubernetes does. */
export class TokenController {
  readonly #store: SpokeStore;
  readonly #issuer: TokenIssuer;
  readonly #ca: string;

  constructor(options: { store: SpokeStore; issuer: TokenIssuer; ca: string }) {
    this.#store = options.store;
    this.#issuer = options.issuer;
    this.#ca = options.ca;
  }

  start(clock: Clock): void {
    this.#store.of('secrets').subscribe(({ type, entry }) => {
      if (type !== 'DELETED') this.#fillSoon(clock, entry.object);
    });
    for (const secret of this.#store.of('secrets').list()) {
      this.#fillSoon(clock, secret);
    }
    this.#store.of('serviceaccounts').subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#deleteTokensOf(entry.object);
    });
  }

  #fillSoon(clock: Clock, secret: GenericObject): void {
    if (!isEmptyTokenSecret(secret)) return;
    const { name, namespace } = secret.metadata;
    clock.after(DELAY_MS, () => this.fill(name, namespace!));
  }

  /** Writes the token; without its service account the Secret goes away. */
  async fill(name: string, namespace: string): Promise<void> {
    const secrets = this.#store.of('secrets');
    const secret = secrets.get(name, namespace);
    if (!secret || !isEmptyTokenSecret(secret)) return;
    const account = this.#store
      .of('serviceaccounts')
      .get(secret.metadata.annotations![ACCOUNT], namespace);
    if (!account) {
      secrets.delete(name, namespace);
      return;
    }
    const uid = account.metadata.uid!;
    const token = await this.#issuer.legacyToken(
      { namespace, name: account.metadata.name, uid },
      name,
    );
    secrets.update(name, namespace, draft => {
      // Signing took a moment: a token that came meanwhile is there to stay.
      if (!isEmptyTokenSecret(draft)) return;
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        'kubernetes.io/service-account.uid': uid,
      };
      draft.data = {
        ...(draft.data as object),
        'ca.crt': base64(this.#ca),
        namespace: base64(namespace),
        token: base64(token),
      };
    });
  }

  #deleteTokensOf(account: GenericObject): void {
    const secrets = this.#store.of('secrets');
    for (const { metadata } of secrets.list()) {
      const belongs =
        metadata.namespace === account.metadata.namespace &&
        metadata.annotations?.[ACCOUNT] === account.metadata.name;
      if (belongs) secrets.delete(metadata.name, metadata.namespace);
    }
  }
}

function isEmptyTokenSecret(secret: GenericObject): boolean {
  const data = secret.data as Record<string, string> | undefined;
  return secret.type === 'kubernetes.io/service-account-token' && !data?.token;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
