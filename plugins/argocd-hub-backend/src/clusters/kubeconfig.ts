import { createPrivateKey, X509Certificate } from 'node:crypto';
import { InputError } from '@backstage/errors';
import { parseDocument } from 'yaml';

/** Far above what a kubeconfig with one context needs, in bytes. */
export const KUBECONFIG_MAX_BYTES = 128 * 1024;

/** How to prove to a cluster who we are. */
export type SpokeAuth =
  | { token: string }
  /** PEM. */
  | { cert: string; key: string };

/** What a kubeconfig says about its one cluster. */
export interface SpokeAccess {
  /** Name of the context. */
  context: string;
  /** A URL without login, query or fragment; whether it may be dialled was not checked yet. */
  server: string;
  /** PEM; where it is absent, the public authorities decide. */
  ca?: string;
  /** Name that the certificate must carry, when it is not the host. */
  serverName?: string;
  auth: SpokeAuth;
}

type Fields = Record<string, unknown>;

const HOW_TO_EXPORT =
  'Export one with `kubectl config view --raw --minify --flatten`';

const REFUSED_CLUSTER_FIELDS: Record<string, string> = {
  'certificate-authority':
    'points to a file; only inline data (certificate-authority-data) is accepted',
  'insecure-skip-tls-verify':
    'would accept any certificate; give certificate-authority-data',
  'proxy-url': 'is not accepted: the cluster must be reached directly',
};

const REFUSED_USER_FIELDS: Record<string, string> = {
  exec: 'would run a program here and is not accepted; give a token or an inline client certificate',
  'auth-provider':
    'is not accepted; give a token or an inline client certificate',
  tokenFile: 'points to a file; give the token itself',
  'client-certificate':
    'points to a file; only inline data (client-certificate-data) is accepted',
  'client-key':
    'points to a file; only inline data (client-key-data) is accepted',
  username: 'is not accepted: Kubernetes has no passwords any more',
  password: 'is not accepted: Kubernetes has no passwords any more',
  as: 'is not accepted: impersonation would hide who is acting',
  'as-uid': 'is not accepted: impersonation would hide who is acting',
  'as-groups': 'is not accepted: impersonation would hide who is acting',
  'as-user-extra': 'is not accepted: impersonation would hide who is acting',
};

const KNOWN_CLUSTER_FIELDS = [
  'server',
  'certificate-authority-data',
  'tls-server-name',
  'disable-compression',
  'extensions',
];
const KNOWN_USER_FIELDS = [
  'token',
  'client-certificate-data',
  'client-key-data',
  'extensions',
];

/**
 * Reads a kubeconfig with one context and inline data only.
 *
 * @throws InputError in plain words. No message repeats any of the content but
 * names of fields that are known here: whoever pastes the wrong thing must not
 * find it in a log.
 */
export function readKubeconfig(text: string): SpokeAccess {
  const config = parse(text);
  const context = single(config, 'contexts', 'context');
  const cluster = single(config, 'clusters', 'cluster');
  const user = single(config, 'users', 'user');
  checkReferences(config, { context, cluster, user });
  checkFields('cluster', cluster.fields, {
    refused: REFUSED_CLUSTER_FIELDS,
    known: KNOWN_CLUSTER_FIELDS,
  });
  checkFields('user', user.fields, {
    refused: REFUSED_USER_FIELDS,
    known: KNOWN_USER_FIELDS,
  });
  return {
    context: context.name,
    server: plainServer(cluster.fields),
    ca: certificate(cluster.fields, 'certificate-authority-data'),
    serverName: hostName(cluster.fields, 'tls-server-name'),
    auth: readAuth(user.fields),
  };
}

function parse(text: string): Fields {
  if (Buffer.byteLength(text) > KUBECONFIG_MAX_BYTES) {
    throw refuse(
      `is larger than ${KUBECONFIG_MAX_BYTES / 1024} kB. ${HOW_TO_EXPORT}`,
    );
  }
  if (!text.trim()) throw refuse(`is empty. ${HOW_TO_EXPORT}`);
  const value = parseYaml(text);
  if (!isFields(value)) {
    throw refuse(`is not a kubeconfig. ${HOW_TO_EXPORT}`);
  }
  if (value.kind !== undefined && value.kind !== 'Config') {
    throw refuse('is another kind of object than `Config`');
  }
  return value;
}

function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, {
      schema: 'core',
      // Not 'silent', which would also let a second document pass.
      logLevel: 'error',
      prettyErrors: false,
    });
    if (document.errors.length === 0) {
      // No aliases: a kubeconfig has none, and they can be made to explode.
      return document.toJS({ maxAliasCount: 0 });
    }
  } catch {
    // The parser's words quote the content, so they are not passed on.
  }
  throw refuse('is not valid YAML (or JSON)');
}

/** The server is repeated in checks, logs and at the hub, so no part of it may be a secret. */
function plainServer(fields: Fields): string {
  const server = requiredText(fields, 'server');
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isPlain =
    url && ['http:', 'https:'].includes(url.protocol) && !/[@?#]/.test(server);
  if (!isPlain) {
    throw refuse(
      'has a `server` that is no plain address, such as https://host:6443. It must hold no user name, password or query',
    );
  }
  return server;
}

interface Named {
  name: string;
  fields: Fields;
}

function single(config: Fields, list: string, field: string): Named {
  const entries = config[list];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw refuse(`has no ${list}. ${HOW_TO_EXPORT}`);
  }
  if (entries.length > 1) {
    throw refuse(
      `has ${entries.length} ${list}; exactly one is accepted, so that it is certain which cluster is meant. ${HOW_TO_EXPORT}`,
    );
  }
  const [entry] = entries;
  if (!isFields(entry) || typeof entry.name !== 'string') {
    throw refuse(`has an entry in ${list} without a name`);
  }
  if (!isFields(entry[field])) {
    throw refuse(`has an entry in ${list} without \`${field}\``);
  }
  return { name: entry.name, fields: entry[field] };
}

function checkReferences(
  config: Fields,
  { context, cluster, user }: Record<'context' | 'cluster' | 'user', Named>,
): void {
  const current = config['current-context'];
  if (current !== undefined && current !== '' && current !== context.name) {
    throw refuse('has a `current-context` that is not its one context');
  }
  if (context.fields.cluster !== cluster.name) {
    throw refuse('has a context that names a cluster which is not in it');
  }
  if (context.fields.user !== user.name) {
    throw refuse('has a context that names a user who is not in it');
  }
}

function checkFields(
  owner: 'cluster' | 'user',
  fields: Fields,
  rules: { refused: Record<string, string>; known: string[] },
): void {
  for (const [field, value] of Object.entries(fields)) {
    const why = Object.hasOwn(rules.refused, field)
      ? rules.refused[field]
      : undefined;
    const harmless = field === 'insecure-skip-tls-verify' && value === false;
    if (why && !harmless) {
      throw refuse(`has \`${field}\` for its ${owner}, which ${why}`);
    }
    if (!why && !rules.known.includes(field)) {
      throw refuse(`has a field for its ${owner} that is not known here`);
    }
  }
}

function readAuth(user: Fields): SpokeAuth {
  const cert = certificate(user, 'client-certificate-data');
  const key = privateKey(user, 'client-key-data');
  const token = optionalText(user, 'token');
  if (token && (cert || key)) {
    throw refuse('has a token and a client certificate; give only one of them');
  }
  if (token) {
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw refuse('has a token with blanks or line breaks in it');
    }
    return { token };
  }
  if (cert && key) return { cert, key };
  if (cert || key) {
    throw refuse(
      'has half of a client certificate; client-certificate-data and client-key-data belong together',
    );
  }
  throw refuse(
    'has no credential: neither a token nor client-certificate-data with client-key-data',
  );
}

function certificate(fields: Fields, field: string): string | undefined {
  const pem = base64Text(fields, field);
  if (pem === undefined) return undefined;
  try {
    // Only the first of a bundle is read here, TLS reads them all.
    const { validTo } = new X509Certificate(pem);
    if (Date.parse(validTo) > Date.now()) return pem;
  } catch {
    throw refuse(`has \`${field}\` that is not a base64 encoded certificate`);
  }
  throw refuse(`has \`${field}\` that has expired`);
}

function privateKey(fields: Fields, field: string): string | undefined {
  const pem = base64Text(fields, field);
  if (pem === undefined) return undefined;
  try {
    createPrivateKey(pem);
  } catch {
    throw refuse(`has \`${field}\` that is not a base64 encoded private key`);
  }
  return pem;
}

function base64Text(fields: Fields, field: string): string | undefined {
  const text = optionalText(fields, field)?.replace(/\s/g, '');
  if (text === undefined) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw refuse(`has \`${field}\` that is not base64`);
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

function hostName(fields: Fields, field: string): string | undefined {
  const name = optionalText(fields, field);
  if (name !== undefined && !/^[A-Za-z0-9.:-]{1,253}$/.test(name)) {
    throw refuse(`has \`${field}\` that is not a host name`);
  }
  return name;
}

function requiredText(fields: Fields, field: string): string {
  const text = optionalText(fields, field);
  if (text === undefined) throw refuse(`has no \`${field}\``);
  return text;
}

/** Empty counts as absent, as it does for kubectl. */
function optionalText(fields: Fields, field: string): string | undefined {
  const value = fields[field];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') {
    throw refuse(`has \`${field}\` that is not text`);
  }
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(what: string): InputError {
  return new InputError(`The kubeconfig ${what}.`);
}
