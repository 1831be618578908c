import { parseDocument } from 'yaml';

/** What can be told of a kubeconfig before it is sent, or why it is of no use. */
export type Inspection =
  | { ok: true; context: string; server: string }
  | { ok: false; problem: Problem; field?: string; count?: number };

export type Problem =
  | 'too-large'
  | 'not-yaml'
  | 'not-a-kubeconfig'
  | 'several-contexts'
  | 'refused-field'
  | 'no-server'
  | 'not-https'
  | 'no-credential';

type Fields = Record<string, unknown>;

const MAX_LENGTH = 128 * 1024;
/** Fields that would run or read something here, or weaken TLS. The backend refuses more. */
const REFUSED = [
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'proxy-url',
  'insecure-skip-tls-verify',
];

/**
 * A light look at what was pasted, so that a slip is noticed before the task
 * runs. It repeats nothing of it but the context, the server and known names of
 * fields. The backend judges for itself.
 */
export function inspectKubeconfig(text: string): Inspection {
  if (text.length > MAX_LENGTH) return { ok: false, problem: 'too-large' };
  const config = parse(text);
  if (config === undefined) return { ok: false, problem: 'not-yaml' };
  const contexts = listOf(config, 'contexts');
  const cluster = only(config, 'clusters', 'cluster');
  const user = only(config, 'users', 'user');
  if (!isFields(config) || contexts.length === 0) {
    return { ok: false, problem: 'not-a-kubeconfig' };
  }
  if (contexts.length > 1) {
    return { ok: false, problem: 'several-contexts', count: contexts.length };
  }
  if (!cluster || !user) return { ok: false, problem: 'not-a-kubeconfig' };
  const field = REFUSED.find(each => cluster[each] || user[each]);
  if (field) return { ok: false, problem: 'refused-field', field };
  const hasCredential =
    user.token || (user['client-certificate-data'] && user['client-key-data']);
  if (!hasCredential) return { ok: false, problem: 'no-credential' };
  return withServer(String(contexts[0].name ?? ''), cluster.server);
}

function withServer(context: string, server: unknown): Inspection {
  if (typeof server !== 'string' || !URL.canParse(server)) {
    return { ok: false, problem: 'no-server' };
  }
  const { protocol, host } = new URL(server);
  if (protocol !== 'https:') return { ok: false, problem: 'not-https' };
  return { ok: true, context, server: host };
}

function parse(text: string): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    return document.errors.length > 0
      ? undefined
      : document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function only(config: unknown, list: string, field: string) {
  const entries = listOf(config, list);
  const value = entries[0]?.[field];
  return entries.length === 1 && isFields(value) ? value : undefined;
}

function listOf(config: unknown, list: string): Fields[] {
  const value = isFields(config) ? config[list] : undefined;
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
