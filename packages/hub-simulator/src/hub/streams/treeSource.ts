import { ApiError, Code } from '../errors';
import type { FieldFilter } from '../FieldFilter';
import type { HubRequest } from '../HubRequest';
import { findApplication } from '../routes/applications/find';
import type { StreamSource } from './StreamSource';

/**
 * `GET /api/v1/stream/applications/{name}/resource-tree`: the whole tree
 * whenever the controller has written it, and nothing at the start.
 */
export function treeSource(options: {
  request: HubRequest;
  filter: FieldFilter | undefined;
}): StreamSource<string> {
  const { request, filter } = options;
  const { entry } = findApplication(request, { from: 'informer' });
  const key = `${entry.namespace}/${entry.name}`;
  const { trees } = request.state.redis;
  return {
    subscribesFirst: true,
    copies: () => 0,
    initial: () => [],
    subscribe: listener =>
      trees.subscribe(changed => {
        if (changed === key) listener(key);
      }),
    frame: () => {
      const tree = trees.get(key);
      if (!tree) {
        throw new ApiError(
          Code.Unknown,
          'error getting app resource tree: cache: key is missing',
        );
      }
      const event = { result: tree };
      const json = JSON.stringify(filter ? filter.apply(event) : event);
      return {
        json: [Buffer.from(json)],
        bytes: () => JSON.stringify(tree).length,
      };
    },
  };
}
