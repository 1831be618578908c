import { loadTarget } from '../../../controllers/application/target';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';
import { sourcesOf } from './revisions';
import { isSecret, maskSecrets } from './secrets';

/** `GET /api/v1/applications/{name}/manifests`: what Git wants, Secrets masked. */
export function manifests(request: HubRequest): unknown {
  const { state } = request;
  const { entry } = findApplication(request, { from: 'informer' });
  const { object: app } = entry;
  const revision = request.query('revision') || undefined;
  try {
    const sources = sourcesOf(app.spec);
    const target = loadTarget(state, app, { sources, revisions: [revision] });
    const texts = target.manifests.map(each =>
      JSON.stringify(isSecret(each) ? maskSecrets([each])[0] : each),
    );
    const [sourceType] = target.sourceTypes;
    return {
      ...(texts.length && { manifests: texts }),
      revision: target.revisions[0],
      ...(sourceType && { sourceType }),
    };
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error generating manifests: ${(error as Error).message}`,
    );
  }
}
