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
  const url = readUrl(`${path}.url`, config.getString('url'));
  return {
    name,
    title: config.getOptionalString('title') ?? name,
    url,
    uiUrl: readUrl(`${path}.uiUrl`, config.getOptionalString('uiUrl') ?? url),
    auth: readAuth(config, path),
    tls: readTls(config, path),
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

function readAuth(config: Config, path: string): HubConfig['auth'] {
  const token = config.getOptionalString('token')?.trim();
  const username = config.getOptionalString('username')?.trim();
  if (token && username) {
    throw invalid(path, 'has both token and username; keep one way to sign in');
  }
  if (token) {
    if (/[^\x21-\x7e]/.test(token)) {
      throw invalid(`${path}.token`, 'holds characters that no token has');
    }
    return { token };
  }
  if (username) {
    // A file that holds one line ends with the end of that line.
    const password = config.getString('password').replace(/[\r\n]+$/, '');
    return { username, password };
  }
  throw invalid(
    `${path}.token`,
    'is missing or empty; set it (is its environment variable set?), or username and password',
  );
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
  if (!(maxPerSecond > 0)) {
    throw invalid(`${path}.heartbeat.maxPerSecond`, 'must be above zero');
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
    throw invalid(`${path}.${key}`, (error as Error).message);
  }
}
