import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:tls';
import type { CertificateFault } from './faults';
import { issueBadServer, type KeyPair } from './pki';

/** The certificates of one TLS server: its own, and bad ones made when needed. */
export class ServerCertificates {
  readonly #authority: KeyPair;
  readonly #own: KeyPair;
  readonly #trustsClients: boolean;

  constructor(options: {
    /** signs the bad ones, but for those of an unknown authority */
    authority: KeyPair;
    own: KeyPair;
    /** whether clients show certificates of the authority */
    trustsClients?: boolean;
  }) {
    this.#authority = options.authority;
    this.#own = options.own;
    this.#trustsClients = options.trustsClients ?? false;
  }

  /** New handshakes get a bad one. */
  async show(server: Server, how: CertificateFault): Promise<void> {
    this.#present(server, await issueBadServer(this.#authority, how));
  }

  /** New handshakes get the server's own one again. */
  showOwn(server: Server): void {
    this.#present(server, this.#own);
  }

  #present(server: Server, { cert, key }: KeyPair): void {
    const ca = this.#trustsClients ? this.#authority.cert : undefined;
    // Only https servers come with certificates.
    (server as unknown as TlsServer).setSecureContext({ cert, key, ca });
  }
}
