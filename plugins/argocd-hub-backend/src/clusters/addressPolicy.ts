import { lookup as dnsLookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { SpokeError } from './spoke/SpokeError';

/** A server whose every address was checked; connect to these and no others. */
export interface PinnedServer {
  /** Normalised, without a trailing slash. */
  url: string;
  hostname: string;
  addresses: { address: string; family: 4 | 6 }[];
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Lookup = (hostname: string) => Promise<{ address: string }[]>;

const LOOKUP_MS = 5_000;

/** Ordinary addresses; every other range needs its literal address in the configuration. */
const ORDINARY = ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat'];

/** Metadata services of clouds that do not live in the link-local range. */
const METADATA = [
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
].map(address => ipaddr.parse(address).toNormalizedString());

/** Unicast IPv6 as it is handed out; what lies outside embeds or reserves something. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Which Kubernetes APIs the backend may dial.
 *
 * A server passes when its host matches a glob of `allowedServers`, or when all
 * its addresses lie in ranges that are listed there. Loopback, link-local,
 * metadata, multicast and other special addresses pass only when that very
 * address is listed (`localhost` lists the loopback of that name).
 *
 * The answer pins the addresses: a name that resolves differently a moment later
 * changes nothing. Argo CD resolves by itself, in its own network.
 */
export class AddressPolicy {
  readonly #globs: RegExp[] = [];
  readonly #ranges: [Address, number][] = [];
  readonly #literals = new Set<string>();
  readonly #namesLocalhost: boolean;
  readonly #lookup: Lookup;

  constructor(options: { allowedServers: string[]; lookup?: Lookup }) {
    this.#lookup = options.lookup ?? lookupAll;
    for (const entry of options.allowedServers) this.#add(entry.trim());
    this.#namesLocalhost = options.allowedServers.includes('localhost');
  }

  /** @throws SpokeError in plain words, of reason `address`, or `dns` when the name cannot be resolved. */
  async check(server: string): Promise<PinnedServer> {
    const url = readServer(server);
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    refuseInCluster(hostname);
    const addresses = await this.#resolve(hostname);
    for (const address of addresses) this.#checkSpecial(hostname, address);
    this.#checkAllowed(hostname, addresses);
    return {
      url: url.href.replace(/\/+$/, ''),
      hostname,
      addresses: addresses.map(address => ({
        address: address.toString(),
        family: address.kind() === 'ipv4' ? 4 : 6,
      })),
    };
  }

  #add(entry: string): void {
    if (ipaddr.isValidCIDR(entry)) {
      this.#ranges.push(ipaddr.parseCIDR(entry));
    } else if (isAddress(entry)) {
      this.#literals.add(parseAddress(entry).toNormalizedString());
    } else {
      this.#globs.push(globOf(entry));
    }
  }

  async #resolve(hostname: string): Promise<Address[]> {
    if (isAddress(hostname)) return [parseAddress(hostname)];
    try {
      const found = await withDeadline(this.#lookup(hostname));
      if (found.length > 0) {
        return found.map(({ address }) => parseAddress(address));
      }
    } catch {
      // The resolver's words help nobody: what counts is that there is no address.
    }
    throw new SpokeError({
      reason: 'dns',
      message: `The host ${hostname} cannot be resolved from here. Check the spelling, or the DNS of the Backstage backend.`,
    });
  }

  #checkSpecial(hostname: string, address: Address): void {
    const what = specialKind(address);
    if (!what || this.#literals.has(address.toNormalizedString())) return;
    if (
      what === 'loopback' &&
      hostname === 'localhost' &&
      this.#namesLocalhost
    ) {
      return;
    }
    throw refuse(
      `${describe(
        hostname,
        address,
      )} is a ${what} address, which is never dialled unless argocdHub.onboarding.allowedServers lists exactly this address.`,
    );
  }

  #checkAllowed(hostname: string, addresses: Address[]): void {
    const name = hostname.toLowerCase();
    if (this.#globs.some(glob => glob.test(name))) return;
    const outside = addresses.find(address => !this.#inRange(address));
    if (!outside) return;
    throw refuse(
      `${describe(
        hostname,
        outside,
      )} is not among the servers that may be onboarded. An administrator lists them in argocdHub.onboarding.allowedServers.`,
    );
  }

  #inRange(address: Address): boolean {
    return (
      this.#literals.has(address.toNormalizedString()) ||
      this.#ranges.some(
        ([network, bits]) =>
          network.kind() === address.kind() && address.match(network, bits),
      )
    );
  }
}

/**
 * Takes an address only in its usual form: what a URL parser, Go and a resolver
 * read differently (decimal, octal, escapes, user info) is refused.
 */
function readServer(server: string): URL {
  if (!URL.canParse(server)) {
    throw refuse('The server of the kubeconfig is not a URL.');
  }
  const url = new URL(server);
  if (url.protocol !== 'https:') {
    throw refuse('The server of the kubeconfig must use https.');
  }
  if (url.username || url.password) {
    throw refuse(
      'The server of the kubeconfig must not hold a user name or password.',
    );
  }
  if (url.search || url.hash) {
    throw refuse(
      'The server of the kubeconfig must not have a query or a fragment.',
    );
  }
  const [, host] = /^https:\/\/(\[[^\]]*\]|[^/:?#\\]*)/i.exec(server) ?? [];
  if (host?.toLowerCase() !== url.hostname || url.hostname.endsWith('.')) {
    throw refuse(
      'The host of the server is not written in its usual form (a plain name, dotted decimal IPv4, or shortest IPv6).',
    );
  }
  if (/%|\\|\/\.{1,2}(\/|$)/.test(server)) {
    throw refuse('The path of the server must be plain.');
  }
  return url;
}

function refuseInCluster(hostname: string): void {
  if (/^kubernetes(\.default(\.svc(\..*)?)?)?$/i.test(hostname)) {
    throw refuse(
      `${hostname} is the cluster of whoever asks. A cluster is onboarded under an address that means the same for everyone.`,
    );
  }
}

/** What makes an address special, or undefined for an ordinary one. */
function specialKind(address: Address): string | undefined {
  const range: string = address.range();
  if (METADATA.includes(address.toNormalizedString())) return 'metadata';
  if (address.toString() === '169.254.169.254') return 'metadata';
  if (range === 'linkLocal') return 'link-local';
  if (!ORDINARY.includes(range)) return range;
  const embeds =
    range === 'unicast' &&
    address.kind() === 'ipv6' &&
    !address.match(GLOBAL_UNICAST);
  return embeds ? 'reserved' : undefined;
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** An IPv4-mapped IPv6 address is the IPv4 address. */
function parseAddress(text: string): Address {
  return ipaddr.process(text);
}

function globOf(entry: string): RegExp {
  const escaped = entry.toLowerCase().replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[a-z0-9.-]*')}$`);
}

function refuse(message: string): SpokeError {
  return new SpokeError({ reason: 'address', message });
}

function describe(hostname: string, address: Address): string {
  const text = address.toString();
  return hostname === text ? text : `${hostname} (${text})`;
}

async function lookupAll(hostname: string) {
  return dnsLookup(hostname, { all: true, verbatim: true });
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), LOOKUP_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
