import type { ServerResponse } from 'node:http';

/** gRPC's Unimplemented. */
const UNIMPLEMENTED = '12';

/**
 * argocd-server speaks gRPC-web on the port of its REST calls, too. The
 * simulator does not, and says so in gRPC-web's own way.
 */
export function refuseGrpcWeb(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/grpc-web+proto',
    'grpc-status': UNIMPLEMENTED,
    'grpc-message': 'gRPC-web is not simulated',
  });
  response.end();
}
