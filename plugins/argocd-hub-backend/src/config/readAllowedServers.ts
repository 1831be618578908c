import type { Config } from '@backstage/config';
import ipaddr from 'ipaddr.js';
import { invalid } from './invalid';

/** Hosts have neither a scheme nor a port, and only the star stands for others. */
const HOST_GLOB = /^[a-z0-9._*-]+$/i;

/** Reads `argocdHub.onboarding.allowedServers`. One that cannot be meant would let nothing in, without a word. */
export function readAllowedServers(root: Config | undefined): string[] {
  const servers =
    root?.getOptionalStringArray('onboarding.allowedServers') ?? [];
  servers.forEach((server, index) => {
    const entry = server.trim();
    if (
      !HOST_GLOB.test(entry) &&
      !ipaddr.isValid(entry) &&
      !ipaddr.isValidCIDR(entry)
    ) {
      throw invalid(
        `argocdHub.onboarding.allowedServers[${index}]`,
        `'${server}' must be a host such as '*.k8s.example.com', without a scheme or a port, an address, or a range such as '10.0.0.0/8'`,
      );
    }
  });
  return servers;
}
