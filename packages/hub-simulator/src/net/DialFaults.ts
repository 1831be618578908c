import type { DialFault } from './dial';
import type { Caller } from './SpokeClient';

const CALLERS: Caller[] = ['argocd-server', 'controller'];
const KINDS: DialFault[] = [
  'dns-failure',
  'refused',
  'black-holed',
  'network-unreachable',
];

/** Which clusters are out of reach for whom, seen from one hub. */
export class DialFaults {
  readonly #faults = new Map<string, DialFault>();

  static isKind(kind: unknown): kind is DialFault {
    return KINDS.includes(kind as DialFault);
  }

  static isCaller(from: unknown): from is Caller {
    return CALLERS.includes(from as Caller);
  }

  /** @param from - only this caller; default: both */
  set(server: string, fault: DialFault, from?: Caller): void {
    for (const caller of from ? [from] : CALLERS) {
      this.#faults.set(key(server, caller), fault);
    }
  }

  /** Ends the faults of a server, or all of them. */
  heal(server?: string): void {
    if (!server) this.#faults.clear();
    for (const caller of CALLERS)
      this.#faults.delete(key(server ?? '', caller));
  }

  find(server: string, from: Caller): DialFault | undefined {
    return this.#faults.get(key(server, from));
  }

  /** What is on for a server, by caller; undefined when nothing is. */
  describe(server: string): Partial<Record<Caller, DialFault>> | undefined {
    const found = CALLERS.flatMap(caller => {
      const fault = this.find(server, caller);
      return fault ? [[caller, fault] as const] : [];
    });
    return found.length ? Object.fromEntries(found) : undefined;
  }
}

/** A server without path and query: what is dialled. */
function key(server: string, from: Caller): string {
  const origin = URL.canParse(server) ? new URL(server).origin : server;
  return `${from} ${origin}`;
}
