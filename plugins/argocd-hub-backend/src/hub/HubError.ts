import { CustomErrorBase } from '@backstage/errors';
import type { ReasonClass } from 'backstage-plugin-argocd-hub-common';

/** What went wrong between us and a hub, as far as an operator must know. */
export type HubErrorClass =
  | Exclude<ReasonClass, 'no-probe'>
  | 'http'
  | 'protocol';

interface HubErrorOptions {
  class: HubErrorClass;
  message: string;
  /** HTTP status, where the hub answered. */
  status?: number;
  /** gRPC code in the body of the answer. */
  grpcCode?: number;
  /** Milliseconds that the hub asked us to wait. */
  retryAfterMs?: number;
}

/**
 * A call to a hub that failed. The message is fit for logs and people: it never
 * holds a credential.
 */
export class HubError extends CustomErrorBase {
  readonly class: HubErrorClass;
  readonly status?: number;
  readonly grpcCode?: number;
  readonly retryAfterMs?: number;

  constructor(options: HubErrorOptions) {
    super(options.message);
    this.name = 'HubError';
    this.class = options.class;
    this.status = options.status;
    this.grpcCode = options.grpcCode;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The failure of a connection. Its cause is not kept: it may hold headers. */
  static fromConnection(error: unknown): HubError {
    if (error instanceof HubError) {
      return error;
    }
    const code = codeOf(error);
    const kind = classOf(code);
    return new HubError({
      class: kind,
      message: `The hub did not answer (${kind}${code ? `, ${code}` : ''})`,
    });
  }

  /**
   * Missing and forbidden are one answer of Argo CD, so that names cannot be
   * guessed. A front that refuses or does not know the address has no gRPC code.
   */
  get isMissing(): boolean {
    return (
      (this.status === 403 && this.grpcCode === 7) ||
      (this.status === 404 && this.grpcCode === 5)
    );
  }

  /** The list is larger than the hub can send, whatever fields are asked for. */
  get isTooLarge(): boolean {
    return this.status === 429 && this.grpcCode === 8;
  }

  /** The hub does not take our token or login. A cluster's 401 that it passes on is none of these. */
  get isSignedOut(): boolean {
    return this.class === 'auth' && this.status === 401;
  }

  /** The deadline passed, ours or one between us and the hub: whether the call was heard is not told. */
  get isOverdue(): boolean {
    return (
      this.status === 504 ||
      (this.status === undefined && this.class === 'timeout')
    );
  }

  /** Whether this tells that the hub as a whole cannot be used. */
  get isOutage(): boolean {
    return (
      (this.status === undefined && this.class !== 'protocol') ||
      this.isSignedOut ||
      [502, 503, 504].includes(this.status ?? 0)
    );
  }
}

/** Undefined in place of an answer that did not come in time. */
export async function unlessOverdue<T>(
  answer: Promise<T>,
): Promise<T | undefined> {
  return answer.catch(error => {
    if (error instanceof HubError && error.isOverdue) {
      return undefined;
    }
    throw error;
  });
}

function codeOf(error: unknown): string | undefined {
  const { code, name, cause } = error as {
    code?: unknown;
    name?: string;
    cause?: unknown;
  };
  if (typeof code === 'string') {
    return code;
  }
  if (name === 'TimeoutError') {
    return 'ETIMEDOUT';
  }
  return cause ? codeOf(cause) : undefined;
}

function classOf(code = ''): HubErrorClass {
  if (['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'].includes(code)) {
    return 'dns';
  }
  if (code === 'ECONNREFUSED') {
    return 'refused';
  }
  if (/TIMEOUT|TIMEDOUT/.test(code)) {
    return 'timeout';
  }
  if (/CERT|SIGNATURE|TLS|SSL|^EPROTO$/.test(code)) {
    return 'tls';
  }
  return /^(HPE|Z)_/.test(code) ? 'protocol' : 'other';
}
