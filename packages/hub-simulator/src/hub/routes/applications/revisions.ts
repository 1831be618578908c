import type { Commit } from '../../../repository/Repository';
import type { Application, HistoryEntry, Source } from '../../../types/argocd';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';

/** `GET …/revisions/{revision}/metadata`: who made a commit, when and why. */
export function revisionMetadata(request: HubRequest): unknown {
  const { entry } = findApplication(request, { from: 'live' });
  const { repoURL } = sourceAsked(request, entry.object);
  const { revision } = request.params;
  if (!/^([0-9a-f]{40}|[0-9a-f]{7,39})$/.test(revision)) {
    throw unknown(`revision ${revision} must be resolved`);
  }
  const { author, date, message, tags } = findCommit(
    request,
    repoURL,
    revision,
  );
  return { author, date, ...(tags?.length && { tags }), message };
}

/** `GET …/revisions/{revision}/chartdetails`, for charts of a Helm repository. */
export function chartDetails(request: HubRequest): unknown {
  const { entry } = findApplication(request, { from: 'informer' });
  const { chart, repoURL } = sourceAsked(request, entry.object);
  if (!chart) throw unknown(`no chart found for application: ${entry.name}`);
  return {
    description: `A Helm chart for ${chart}`,
    home: `${repoURL.replace(/\/$/, '')}/${chart}`,
  };
}

/** `GET …/revisions/{revision}/ocimetadata`, for sources in a registry. */
export function ociMetadata(request: HubRequest): unknown {
  const { entry } = findApplication(request, { from: 'informer' });
  const { repoURL } = sourceAsked(request, entry.object);
  const { revision } = request.params;
  if (!repoURL.startsWith('oci://')) {
    throw unknown(
      `failed to initialize oci client: repository ${repoURL} is not an OCI repository`,
    );
  }
  return { imageUrl: repoURL, version: revision };
}

/** The source that `sourceIndex` and `versionId` mean: of now, or of a deployment. */
function sourceAsked(request: HubRequest, app: Application): Source {
  const { searchParams } = request.url;
  const sources = searchParams.has('versionId')
    ? sourcesOfVersion(app, request.integer('versionId'))
    : sourcesOf(app.spec);
  const index = request.integer('sourceIndex');
  if (sources[index]) return sources[index];
  if (index < 0) throw new ApiError(Code.Internal, 'index out of range');
  const count =
    sources.length === 1
      ? 'is only 1 source'
      : `are only ${sources.length} sources`;
  throw badSource(`source index ${index} not found because there ${count}`);
}

function sourcesOfVersion({ status }: Application, id: number): Source[] {
  const { history } = status;
  const problem = 'error getting source by version ID';
  if (!history?.length) {
    throw badSource(
      `${problem}: version ID ${id} not found because the app has no history`,
    );
  }
  const found = history.find(entry => entry.id === id);
  if (found) return sourcesOf(found);
  throw badSource(
    `${problem}: revision history not found for version ID ${id}`,
  );
}

/** Several sources win over one; none at all is one that says nothing. */
export function sourcesOf({
  source,
  sources,
}: Pick<HistoryEntry, 'source' | 'sources'>): Source[] {
  return sources?.length ? sources : [source ?? { repoURL: '' }];
}

function findCommit(
  { state }: HubRequest,
  repoURL: string,
  revision: string,
): Commit & { tags?: string[] } {
  const repository = state.repositories.get(repoURL);
  if (!repository) {
    if (state.paperCommit) return state.paperCommit(revision);
    throw unknown(`failed to list refs: repository not found: ${repoURL}`);
  }
  const commit = repository.commits.find(each =>
    each.revision.startsWith(revision),
  );
  if (commit) return commit;
  throw unknown(
    `\`git show -s --format=%an <%ae>%n%at%n%B ${revision}\` failed exit status 128: fatal: bad object ${revision}`,
  );
}

function unknown(message: string): ApiError {
  return new ApiError(Code.Unknown, message);
}

function badSource(message: string): ApiError {
  return unknown(
    `error getting app source by source index and version ID: ${message}`,
  );
}
