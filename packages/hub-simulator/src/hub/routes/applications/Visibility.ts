import type { HubState } from '../../../state/HubState';
import type { Rbac } from '../../Rbac';
import type { HubRequest } from '../../HubRequest';
import type { ApplicationEntry } from '../../rendering';

/** Who sees what is remembered of so many callers. */
const CALLERS = 16;

interface Memory {
  rbac: Rbac;
  projects: string;
  /** changes with the policy */
  generation: number;
  callers: Map<string, Map<string, boolean>>;
}

const memories = new WeakMap<HubState, Memory>();

/**
 * Which applications a caller may get. Policies are asked once for each object
 * of RBAC, and again when the policy or a project has changed.
 */
export class Visibility {
  /** the same as long as the same caller sees the same */
  readonly key: string;
  readonly #request: HubRequest;
  readonly #known: Map<string, boolean>;

  constructor(request: HubRequest, memory: Memory) {
    const { username = '', groups = [] } = request.session ?? {};
    const caller = JSON.stringify([username, ...groups]);
    this.key = `${memory.generation} ${caller}`;
    this.#request = request;
    this.#known = memory.callers.get(caller) ?? new Map<string, boolean>();
    memory.callers.delete(caller);
    memory.callers.set(caller, this.#known);
    if (memory.callers.size > CALLERS) {
      const [oldest] = memory.callers.keys();
      memory.callers.delete(oldest);
    }
  }

  sees({ facts }: ApplicationEntry): boolean {
    const { rbacObject } = facts;
    let sees = this.#known.get(rbacObject);
    if (sees === undefined) {
      sees = this.#request.may('applications', 'get', rbacObject);
      this.#known.set(rbacObject, sees);
    }
    return sees;
  }
}

export function visibilityOf(request: HubRequest): Visibility {
  return new Visibility(request, memoryOf(request.state));
}

function memoryOf(state: HubState): Memory {
  const { rbac } = state;
  const projects = state.projects.resourceVersion;
  const known = memories.get(state);
  if (known?.rbac === rbac && known.projects === projects) return known;
  const generation = (known?.generation ?? 0) + 1;
  const memory = { rbac, projects, generation, callers: new Map() };
  memories.set(state, memory);
  return memory;
}
