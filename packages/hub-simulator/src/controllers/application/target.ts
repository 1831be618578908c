import { renderChart } from '../../repository/manifests';
import type { HubState } from '../../state/HubState';
import type { Application, Source } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { withTracking } from './tracking';

/** What Git wants. */
export interface Target {
  /** one for each source */
  revisions: string[];
  sourceTypes: string[];
  manifests: GenericObject[];
}

/** `sources` when there are any, else `source` alone. */
export function sourcesOf({ spec }: Application): Source[] {
  return spec.sources?.length ? spec.sources : [sourceOf({ spec })];
}

/** The source, or of several the first. */
export function sourceOf({ spec }: Pick<Application, 'spec'>): Source {
  return spec.sources?.[0] ?? spec.source ?? { repoURL: '' };
}

export function hasManySources({ spec }: Application): boolean {
  return !!spec.sources?.length;
}

/** Renders the target state; throws when manifests cannot be generated. */
export function loadTarget(
  state: HubState,
  app: Application,
  options: { sources: Source[]; revisions: (string | undefined)[] },
): Target {
  const { sources, revisions } = options;
  const target: Target = { revisions: [], sourceTypes: [], manifests: [] };
  sources.forEach((source, index) => {
    try {
      const one = render(state, app, source, revisions[index]);
      target.revisions.push(one.revision);
      target.sourceTypes.push(one.type);
      target.manifests.push(...one.manifests);
    } catch (error) {
      const place = `source ${index + 1} of ${sources.length}`;
      throw new Error(
        `failed to generate manifest for ${place}: rpc error: code = Unknown desc = ${
          (error as Error).message
        }`,
      );
    }
  });
  return target;
}

function render(
  state: HubState,
  app: Application,
  source: Source,
  revision: string | undefined,
) {
  const { repoURL } = source;
  const wanted = revision || source.targetRevision;
  const repository = state.repositories.get(repoURL);
  if (!repository) {
    throw new Error(`failed to list refs: repository not found: ${repoURL}`);
  }
  const commit = repository.find(wanted);
  if (!commit) {
    throw new Error(`unable to resolve '${wanted}' to a commit SHA`);
  }
  const result = { revision: commit.revision };
  // A source that others take files from has nothing of its own without a path.
  if (source.ref && !source.path && !source.chart) {
    return { ...result, type: '', manifests: [] };
  }
  const plain = repository.manifests(source, commit);
  if (plain) {
    const manifests = plain.map(manifest => withTracking(app, manifest));
    return { ...result, type: 'Directory', manifests };
  }
  const values = repository.values(source, commit);
  const manifests = renderChart(app, values, source);
  return { ...result, type: 'Helm', manifests };
}
