import { type Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds, type HumanDuration } from '@backstage/types';
import type { HubConfig } from '../config';
import { invalid } from './invalid';
import { readTls } from './readTls';

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const SHORTEST_MS = 1_000;
const LONGEST_MS = 24 * 60 * 60_000;

/** Reads one entry of `argocdHub.hubs`; `path` is where it stands, for errors. */
export function readHub(config: Config, path: string): HubConfig {
  const name = config.getString('name');
  if (!NAME.test(name)) {
    throw invalid(
      `${path}.name`,
      `'${name}' must be lower-case letters, digits and '-' (at most 63)`,
    );
  }
  const url = readApiUrl(`${path}.url`, config.getString('url'));
  const { auth, fault: ofAuth } = readAuth(config, path);
  const { tls, fault: ofTls } = readTls(config, path);
  const fault = ofAuth ?? ofTls;
  return {
    name,
    title: config.getOptionalString('title') ?? name,
    url,
    uiUrl: readUrl(`${path}.uiUrl`, config.getOptionalString('uiUrl') ?? url),
    auth,
    tls,
    ...(fault && { fault }),
    relistMs: readDuration(config, path, 'relist', { seconds: 60 }),
    requestTimeoutMs: readDuration(config, path, 'requestTimeout', {
      seconds: 30,
    }),
    heartbeat: readHeartbeat(config, path),
    prefixClusterEntities:
      config.getOptionalBoolean('prefixClusterEntities') ?? false,
  };
}

function readUrl(key: string, value: string): string {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw invalid(key, 'must be a complete http(s) URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(key, 'must begin with https:// or http://');
  }
  if (url.username || url.password) {
    throw invalid(
      key,
      'must not hold a login; use token, or username and password',
    );
  }
  if (url.search || url.hash) {
    throw invalid(key, 'must not have a query or a fragment');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** People copy it from the address bar or from the API's documentation. */
function readApiUrl(key: string, value: string): string {
  const url = readUrl(key, value);
  const [api] = /\/api(\/v1)?$/.exec(url) ?? [];
  if (api) {
    throw invalid(
      key,
      `must be the address of Argo CD itself, without '${api}' at its end`,
    );
  }
  return url;
}

function readAuth(
  config: Config,
  path: string,
): Pick<HubConfig, 'auth' | 'fault'> {
  const token = readSecret(config, 'token')?.trim();
  const username = readSecret(config, 'username')?.trim();
  if (token && username) {
    throw invalid(path, 'has both token and username; keep one way to sign in');
  }
  if (token) {
    if (/[^\x21-\x7e]/.test(token)) {
      throw invalid(`${path}.token`, 'holds characters that no token has');
    }
    return { auth: { token } };
  }
  if (username) {
    // A file that holds one line ends with the end of that line.
    const password = readSecret(config, 'password')?.replace(/[\r\n]+$/, '');
    return password
      ? { auth: { username, password } }
      : signedOut(`${path}.password`, 'is missing or empty');
  }
  return signedOut(
    `${path}.token`,
    'is missing or empty; set it, or username and password',
  );
}

/** Empty where a variable of the environment is: the reader of config refuses that. */
function readSecret(config: Config, key: string): string | undefined {
  return config.getOptional(key) === ''
    ? undefined
    : config.getOptionalString(key);
}

function signedOut(key: string, problem: string) {
  return {
    auth: { token: '' },
    fault: {
      class: 'auth' as const,
      message:
        'Nothing is configured that this hub could be signed in to with: its token or password is missing or empty',
      cause: invalid(key, `${problem} (is its environment variable set?)`)
        .message,
    },
  };
}

function readHeartbeat(config: Config, path: string): HubConfig['heartbeat'] {
  const given = config.getOptional('heartbeat');
  if (given === false) {
    return undefined;
  }
  if (!['object', 'boolean', 'undefined'].includes(typeof given)) {
    throw invalid(
      `${path}.heartbeat`,
      'must be false, or an object with interval and maxPerSecond',
    );
  }
  if (given === undefined || given === true) {
    return { intervalMs: 30_000, maxPerSecond: 10 };
  }
  const maxPerSecond = config.getOptionalNumber('heartbeat.maxPerSecond') ?? 10;
  if (!(maxPerSecond >= 0.1 && maxPerSecond <= 1_000)) {
    throw invalid(
      `${path}.heartbeat.maxPerSecond`,
      'must be at least 0.1, and at most 1000; set heartbeat: false for none',
    );
  }
  return {
    intervalMs: readDuration(config, path, 'heartbeat.interval', {
      seconds: 30,
    }),
    maxPerSecond,
  };
}

function readDuration(
  config: Config,
  path: string,
  key: string,
  fallback: HumanDuration,
): number {
  const milliseconds = Math.round(
    durationToMilliseconds(
      config.has(key) ? parseDuration(config, path, key) : fallback,
    ),
  );
  // Timers take longer times for none at all.
  if (!(milliseconds >= SHORTEST_MS && milliseconds <= LONGEST_MS)) {
    throw invalid(`${path}.${key}`, 'must be at least 1 s, and at most 1 day');
  }
  return milliseconds;
}

function parseDuration(config: Config, path: string, key: string) {
  try {
    return readDurationFromConfig(config, { key });
  } catch (error) {
    const { message } = error as Error;
    // The reader knows the key only from here on.
    throw invalid(`${path}.${key}`, message.replace(` at '${key}'`, ''));
  }
}
