import type { ApplicationSelection } from '../store/ApplicationStore';
import type { ApplicationSetKey } from '../store/ApplicationSetStore';

/** What a set has made: in its own namespace, as Argo CD has it. */
export function madeBy({
  hub,
  namespace,
  name,
}: ApplicationSetKey): ApplicationSelection {
  return { hubs: [hub], namespace, match: { kind: 'application-set', name } };
}
