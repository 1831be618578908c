import { SpokeError, type SpokeReason } from './SpokeError';

const CODES: Record<string, SpokeReason> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'other',
  EPIPE: 'other',
  EHOSTUNREACH: 'timeout',
  ENETUNREACH: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EPROTO: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  CERT_SIGNATURE_FAILURE: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
};

/** Turns what the network layer throws into words; its own words are dropped. */
export function connectionFailure(error: unknown, server: string): SpokeError {
  const reason = reasonOf(error);
  return new SpokeError({ reason, message: messageOf(reason, error, server) });
}

function reasonOf(error: unknown): SpokeReason {
  const code = codeOf(error);
  if (Object.hasOwn(CODES, code)) return CODES[code];
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL')) return 'tls';
  const name = (error as Error)?.name;
  return name === 'TimeoutError' || name === 'AbortError' ? 'timeout' : 'other';
}

function messageOf(
  reason: SpokeReason,
  error: unknown,
  server: string,
): string {
  switch (reason) {
    case 'dns':
      return `The host of ${server} cannot be resolved from here.`;
    case 'refused':
      return `Nothing listens at ${server}: the connection was refused.`;
    case 'timeout':
      return `${server} did not answer in time. Is there a firewall between Backstage and the cluster?`;
    case 'tls':
      return tlsMessage(codeOf(error), server);
    default:
      return codeOf(error) === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
        ? `${server} sent an answer that is too large to be one of a Kubernetes API.`
        : `The connection to ${server} broke off.`;
  }
}

function tlsMessage(code: string, server: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of ${server} is for another host. Use the host that it names, or tls-server-name.`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `The certificate of ${server} has expired.`;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return `${server} does not speak TLS as a Kubernetes API does.`;
  }
  return `The certificate of ${server} was not issued by the certificate authority of the kubeconfig. Is certificate-authority-data of this very cluster?`;
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause ? codeOf(cause) : '';
}
