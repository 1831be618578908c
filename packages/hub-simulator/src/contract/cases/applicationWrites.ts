import { type Case, failure } from './Case';

const SYNC = 'POST /api/v1/applications/{name}/sync';
const ROLLBACK = 'POST /api/v1/applications/{name}/rollback';
const TERMINATE = 'DELETE /api/v1/applications/{name}/operation';
const DELETE = 'DELETE /api/v1/applications/{name}';
const APP = '/api/v1/applications/agent-prod';

export const applicationWriteCases: Case[] = [
  {
    name: 'F1.6.2 does not roll back what syncs itself',
    operation: ROLLBACK,
    path: `${APP}/rollback`,
    body: { id: 0 },
    status: 400,
    holds: { code: 9 },
  },
  {
    name: 'F1.6.1 does not sync to another revision what syncs itself',
    operation: SYNC,
    path: `${APP}/sync`,
    body: { revision: '0'.repeat(40) },
    status: 400,
  },
  {
    name: 'F1.6.1 syncs later',
    operation: SYNC,
    path: `${APP}/sync`,
    as: 'portal',
    body: {},
    holds: { operation: { initiatedBy: { username: 'backstage' } } },
  },
  {
    name: 'F1.6.2 ends only an operation that runs',
    operation: TERMINATE,
    path: '/api/v1/applications/agent-staging/operation',
    status: 400,
  },
  {
    name: 'F1.1.11 deletes nothing without permission',
    operation: DELETE,
    path: APP,
    as: 'portal',
    status: 403,
    is: failure(
      7,
      expect.stringMatching(
        /^permission denied: applications, delete, default\/agent-prod, sub: backstage, iat: [\d-]+T[\d:]+Z$/,
      ),
    ),
  },
  {
    name: 'F1.6.6 deletes',
    operation: DELETE,
    path: '/api/v1/applications/agent-staging?cascade=false',
    is: {},
  },
];
