import { sendText } from '../respond';
import type { Route } from '../HubRequest';
import { applicationSetSource } from './applicationSetSource';
import { applicationSource } from './applicationSource';
import type { OpenSource } from './StreamSource';
import { treeSource } from './treeSource';

const path = '/api/v1/stream/applications';

/** Everything that can be watched. */
export const streamRoutes: Route[] = [
  streamRoute({ path, openSource: applicationSource }),
  streamRoute({ path: `${path}/:name/resource-tree`, openSource: treeSource }),
  streamRoute({
    path: '/api/v1/stream/applicationsets',
    openSource: applicationSetSource,
    since: '3.4',
  }),
];

function streamRoute(options: {
  path: string;
  openSource: OpenSource;
  /** the first release that has it; default: all */
  since?: string;
}): Route {
  const { openSource, since } = options;
  return {
    method: 'GET',
    path: options.path,
    stream: async call => {
      const { streams } = call.replica;
      if (since && !streams.version.isAtLeast(since)) {
        sendText(call.response, 404, 'Not Found');
        return;
      }
      await streams.open(call, openSource);
    },
  };
}
