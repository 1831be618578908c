import {
  AddressError,
  ConfigError,
  type SpokeClient,
} from '../../net/SpokeClient';
import { VERSION } from '../../spoke/discovery';
import type { HubState } from '../../state/HubState';
import { IN_CLUSTER } from '../../state/names';
import { ApiError, Code, fromSpoke } from '../errors';
import type { Cluster } from './Cluster';

interface Version {
  gitVersion?: string;
  major?: string;
  minor?: string;
}

/**
 * Asks a spoke for its version, which no deadline of the client cuts short. The
 * texts of errors begin as the caller's own do.
 */
export async function fetchVersion(
  { state, client }: { state: HubState; client: SpokeClient },
  { server, config }: Cluster,
  texts: { config: string; version: string },
): Promise<string> {
  // The hub's own API server is not served here, but it would answer.
  if (server === IN_CLUSTER) return format(state, VERSION, texts.version);
  let answer: Version;
  try {
    answer = await client.call<Version>(
      { server, config },
      { path: '/version?timeout=32s' },
    );
  } catch (error) {
    throw describe(error, texts);
  }
  return format(state, answer, texts.version);
}

/** An error of a call, or of a config that allows none. */
export function describe(
  error: unknown,
  texts: { config: string; version: string },
): ApiError {
  if (error instanceof AddressError) {
    return fromSpoke(
      error,
      `${texts.version}: failed to create discovery client: `,
    );
  }
  if (!(error instanceof ConfigError)) {
    return fromSpoke(error, `${texts.version}: failed to get server version: `);
  }
  const { message } = error;
  const detail = /proxy url/i.test(message)
    ? `unable to get K8s RAW REST config: unable to create K8s REST config, can\`t parse proxy url: ${message}`
    : `unable to apply K8s REST config defaults: ${message}`;
  return new ApiError(Code.Unknown, `${texts.config}: ${detail}`);
}

/** `v1.33.4` since 3.4, before that `1.33`. */
function format(
  { version }: HubState,
  { gitVersion = '', major = '', minor = '' }: Version,
  text: string,
): string {
  if (!version.isAtLeast('3.4')) return `${major}.${minor}`;
  const [found] = /\d+(\.\d+)+/.exec(gitVersion) ?? [];
  if (found) return `v${found}`;
  throw new ApiError(
    Code.Unknown,
    `${text}: failed to parse server version: could not parse ${JSON.stringify(
      gitVersion,
    )} as version`,
  );
}
