import type { World } from './Case';

/** One stream, and the frames that come until it falls silent. */
export interface StreamCase {
  /** begins with the numbers of the facts that it pins */
  name: string;
  operation: string;
  path: string;
  /** default: the administrator */
  as?: 'nobody';
  /** Server-Sent Events instead of lines */
  sse?: boolean;
  /** undefined: not even a status line comes */
  status?: number;
  trimmed?: boolean;
  /** what happens once it is open; more frames than expected may come then */
  during?: (world: World) => Promise<unknown>;
  /** what the frames hold at least, each of them */
  frames: object[];
}

const APPLICATIONS = 'GET /api/v1/stream/applications';
const TREE = 'GET /api/v1/stream/applications/{applicationName}/resource-tree';
const SETS = 'GET /api/v1/stream/applicationsets';
const PATH = '/api/v1/stream/applications';

const added = (name: string) => ({
  result: { type: 'ADDED', application: { metadata: { name } } },
});
const failed = (grpc: number, http: number, message: unknown) => ({
  error: { grpc_code: grpc, http_code: http, message },
});

export const streamCases: StreamCase[] = [
  {
    name: 'F1.5.3, F1.5.5 begins with every application in order',
    operation: APPLICATIONS,
    path: PATH,
    sse: true,
    status: 200,
    frames: [added('agent-dr'), added('agent-prod'), added('agent-staging')],
  },
  {
    name: 'F1.5.1, F1.5.2 sends lines, and one application by name',
    operation: APPLICATIONS,
    path: `${PATH}?name=agent-prod&repo=ignored`,
    status: 200,
    frames: [added('agent-prod')],
  },
  {
    name: 'F1.5.8 trims',
    operation: APPLICATIONS,
    path: `${PATH}?name=agent-prod&fields=result.type,result.application.metadata.name`,
    sse: true,
    status: 200,
    trimmed: true,
    frames: [added('agent-prod')],
  },
  {
    name: 'F1.5.4, F10.1.6 sends nothing at all before something happens',
    operation: APPLICATIONS,
    path: `${PATH}?resourceVersion=0&projects=nothing`,
    sse: true,
    frames: [],
  },
  {
    name: 'F1.5.4 fails with a frame',
    operation: APPLICATIONS,
    path: PATH,
    as: 'nobody',
    sse: true,
    status: 401,
    frames: [failed(16, 401, 'no session information')],
  },
  {
    name: 'F1.5.4 fails with a frame for a bad selector',
    operation: APPLICATIONS,
    path: `${PATH}?selector=a%20b%20%3D`,
    status: 500,
    frames: [failed(2, 500, expect.any(String))],
  },
  {
    name: 'F1.5.10 sends a tree when it changes',
    operation: TREE,
    path: `${PATH}/agent-prod/resource-tree`,
    sse: true,
    during: ({ fixture }) =>
      fixture.control('/repo/commit', {
        tag: '2.0.0',
        author: 'A <a@example.com>',
        message: 'Release 2.0.0',
      }),
    status: 200,
    frames: [{ result: { nodes: expect.any(Array) } }],
  },
  {
    name: 'F1.5.10 sends a set by name',
    operation: SETS,
    path: '/api/v1/stream/applicationsets?name=agent-multi-cluster',
    sse: true,
    status: 200,
    frames: [
      {
        result: {
          type: 'ADDED',
          applicationSet: { metadata: { name: 'agent-multi-cluster' } },
        },
      },
    ],
  },
];
