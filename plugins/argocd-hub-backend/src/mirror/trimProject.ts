import { serverAddress } from '../hub/serverAddress';
import type { ArgoProject } from '../hub/types';
import type { ProjectRecord } from '../store/ProjectStore';
import { address } from './prose';
import { list, strings, text } from './values';

const MOST = 1_000;

/** A project as it is kept: where its applications may go. Throws for what is no project. */
export function trimProject(
  { metadata, spec }: ArgoProject,
  options: { hub: string },
): ProjectRecord {
  const name = text(metadata?.name);
  if (!name) {
    throw new Error('It has no name');
  }
  return {
    hub: options.hub,
    name,
    destinations: list(spec?.destinations)
      .slice(0, MOST)
      .map(destination => ({
        server:
          address(destination.server, { strip: serverAddress }) || undefined,
        name: address(destination.name) || undefined,
        namespace: text(destination.namespace) || undefined,
      })),
    sourceNamespaces: strings(spec?.sourceNamespaces).slice(0, MOST),
    permitOnlyProjectScopedClusters:
      spec?.permitOnlyProjectScopedClusters === true,
  };
}
