import type { HubState } from '../../state/HubState';
import { renderChart } from '../../repository/manifests';
import type { Application, Source } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { isApplied, objectKey } from './objects';

/** What Git wants. */
export interface Target {
  revision: string;
  manifests: GenericObject[];
}

/** What Git wants beside what is there. */
export interface Comparison {
  revision: string;
  status: 'Synced' | 'OutOfSync';
  pairs: { target: GenericObject; live?: GenericObject; synced: boolean }[];
}

/** Renders the target state; throws when the manifests cannot be generated. */
export function loadTarget(
  state: HubState,
  app: Application,
  revision?: string,
): Target {
  const source = sourceOf(app);
  const repository = state.repositories.get(source.repoURL);
  if (!repository) {
    throw new Error(
      `failed to list refs: repository not found: ${source.repoURL}`,
    );
  }
  const commit = repository.find(revision ?? source.targetRevision);
  if (!commit) {
    throw new Error(
      `Unable to resolve '${
        revision ?? source.targetRevision
      }' to a commit SHA`,
    );
  }
  const values = repository.values(source, commit);
  return { revision: commit.revision, manifests: renderChart(app, values) };
}

export function compare(
  target: Target,
  live: ReadonlyMap<string, GenericObject>,
): Comparison {
  const pairs = target.manifests.map(manifest => {
    const found = live.get(objectKey(manifest));
    return {
      target: manifest,
      live: found,
      synced: isApplied(manifest, found),
    };
  });
  return {
    revision: target.revision,
    status: pairs.every(({ synced }) => synced) ? 'Synced' : 'OutOfSync',
    pairs,
  };
}

export function sourceOf(app: Application): Source {
  return app.spec.sources?.[0] ?? app.spec.source ?? { repoURL: '' };
}
