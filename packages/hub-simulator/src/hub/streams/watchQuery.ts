import { matchesSelector, parseSelector } from '../../labels';
import type { LabelSelector } from '../../types/kubernetes';
import { ApiError, Code } from '../errors';

/** What a watch selects by. */
export interface WatchQuery {
  name: string;
  /** counts only together with a name */
  namespace: string;
  /** empty: all */
  projects: string[];
  selector: LabelSelector | undefined;
  /** `resourceVersion` was given */
  hasVersion: boolean;
  /** changes with a lower resource version are dropped */
  floor: number;
  fields: string;
}

/** What a watch compares with its query, ready without parsing the object. */
export interface Watched {
  name: string;
  namespace: string;
  labels: Record<string, string> | undefined;
  project: string;
}

/** Reads the parameters; throws what argocd-server answers to a bad selector. */
export function readWatchQuery(
  query: URLSearchParams,
  options: { namespace: string; controlPlane: string },
): WatchQuery {
  const project = query.getAll('project');
  const version = query.get('resourceVersion') ?? '';
  return {
    name: query.get('name') ?? '',
    namespace: query.get(options.namespace) || options.controlPlane,
    projects: project.length ? project : query.getAll('projects'),
    selector: readSelector(query.get('selector') ?? ''),
    hasVersion: version !== '',
    floor: /^[+-]?\d{1,18}$/.test(version) ? Number(version) : 0,
    fields: query.get('fields') ?? '',
  };
}

export function selects(query: WatchQuery, watched: Watched): boolean {
  const { name, namespace, projects, selector } = query;
  if (name && (watched.name !== name || watched.namespace !== namespace)) {
    return false;
  }
  if (projects.length && !projects.includes(watched.project)) return false;
  return !selector || matchesSelector(selector, watched.labels);
}

function readSelector(text: string): LabelSelector | undefined {
  if (!text) return undefined;
  try {
    return parseSelector(text);
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error parsing labels with selectors: ${(error as Error).message}`,
    );
  }
}
