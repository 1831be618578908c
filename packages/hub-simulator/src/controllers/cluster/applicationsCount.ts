import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import { permitsNamespace } from '../../state/projectGate';

/** How many applications of permitted projects go to a server (F2.9). */
export function countPermitted(state: HubState, server: string): number {
  const permitted = new Map<string, boolean>();
  const isPermitted = (project: string, namespace: string) => {
    const key = `${project}/${namespace}`;
    let answer = permitted.get(key);
    if (answer === undefined) {
      const found = state.projects.get(project, CONTROL_PLANE);
      answer = !!found && permitsNamespace(found, namespace);
      permitted.set(key, answer);
    }
    return answer;
  };
  return state
    .applicationsOn(server)
    .filter(({ facts, namespace }) => isPermitted(facts.project, namespace))
    .length;
}
