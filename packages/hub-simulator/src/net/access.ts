import { createSecureContext, type SecureContext } from 'node:tls';
import type { ClusterConfig } from '../types/argocd';
import { ConfigError, GoError } from './clientGoErrors';

/** How a cluster's config lets a client in. */
export interface Access {
  headers: Record<string, string>;
  tls: {
    context: SecureContext;
    verifies: boolean;
    /** overrides the host of the address, in SNI too */
    serverName?: string;
  };
}

const PROXIES = ['http:', 'https:', 'socks5:'];

/**
 * Reads a config as F2.2 says: the AWS and exec helpers go before basic and
 * bearer credentials. Throws {@link ConfigError} where client-go makes no client.
 */
export function accessOf(config: ClusterConfig): Access {
  checkProxy(config.proxyUrl);
  const tls = config.tlsClientConfig ?? {};
  const context = contextOf(tls);
  return {
    headers: hasHelper(config) ? {} : authorization(config),
    tls: {
      context,
      verifies: !tls.insecure,
      ...(tls.serverName && { serverName: tls.serverName }),
    },
  };
}

/** What HTTP allows in no header. */
// eslint-disable-next-line no-control-regex
const NOT_IN_HEADER = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Throws where a client would ask a helper that is not there, or could not send
 * what it has.
 */
export function checkAccess(
  config: ClusterConfig,
  headers: Record<string, string | number>,
): void {
  checkHelper(config);
  if (NOT_IN_HEADER.test(String(headers.authorization ?? ''))) {
    throw new GoError(
      'net/http: invalid header field value for "Authorization"',
    );
  }
}

function checkHelper(config: ClusterConfig): void {
  const { awsAuthConfig, execProviderConfig, proxyUrl } = config;
  if (awsAuthConfig) {
    throw new GoError(
      'getting credentials: exec: executable argocd-k8s-auth failed with exit code 20',
    );
  }
  if (execProviderConfig) {
    const command = String(execProviderConfig.command ?? '');
    throw new GoError(
      `getting credentials: exec: executable ${command} not found`,
    );
  }
  if (proxyUrl) {
    throw new GoError('proxyconnect tcp: a proxyUrl is not simulated');
  }
}

function hasHelper({ awsAuthConfig, execProviderConfig }: ClusterConfig) {
  return !!awsAuthConfig || !!execProviderConfig;
}

function checkProxy(proxyUrl: string | undefined): void {
  if (!proxyUrl) return;
  const scheme = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(proxyUrl)?.[1] ?? '';
  if (PROXIES.includes(scheme.toLowerCase())) return;
  throw new ConfigError(
    `Failed to parse proxy url, unsupported scheme ${JSON.stringify(
      scheme.slice(0, -1),
    )}, must be http, https, or socks5`,
  );
}

function contextOf(
  tls: NonNullable<ClusterConfig['tlsClientConfig']>,
): SecureContext {
  if (tls.insecure && tls.caData) {
    throw new ConfigError(
      'specifying a root certificates file with the insecure flag is not allowed',
    );
  }
  const ca = decode(tls.caData);
  if (ca && !isPem(ca)) {
    throw new ConfigError(
      'unable to load root certificates: unable to parse bytes as PEM block',
    );
  }
  // client-go takes no notice of one without the other.
  const isPair = !!tls.certData && !!tls.keyData;
  const cert = isPair ? decode(tls.certData) : undefined;
  const key = isPair ? decode(tls.keyData) : undefined;
  if (cert && !isPem(cert)) {
    throw new ConfigError(
      'tls: failed to find any PEM data in certificate input',
    );
  }
  if (key && !isPem(key)) {
    throw new ConfigError('tls: failed to find any PEM data in key input');
  }
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new ConfigError(
      /mismatch/.test((error as Error).message)
        ? 'tls: private key does not match public key'
        : `tls: ${(error as Error).message}`,
    );
  }
}

function authorization(config: ClusterConfig): Record<string, string> {
  const { bearerToken, username, password } = config;
  const isBasic = !!username || !!password;
  if (bearerToken && isBasic) {
    throw new ConfigError(
      'username/password or bearer token may be set, but not both',
    );
  }
  // Node writes a header as Latin-1, Go sends the bytes that it has.
  const token = Buffer.from(bearerToken ?? '').toString('latin1');
  if (token) return { authorization: `Bearer ${token}` };
  if (!isBasic) return {};
  const pair = Buffer.from(`${username ?? ''}:${password ?? ''}`);
  return { authorization: `Basic ${pair.toString('base64')}` };
}

function decode(data: string | undefined): string | undefined {
  return data ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function isPem(text: string): boolean {
  return /-----BEGIN [A-Z ]+-----/.test(text);
}
