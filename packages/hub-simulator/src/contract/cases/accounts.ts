import { type Case, failure } from './Case';

const LIST = 'GET /api/v1/account';
const GET = 'GET /api/v1/account/{name}';
const PASSWORD = 'PUT /api/v1/account/password';
const TOKEN = 'POST /api/v1/account/{name}/token';
const DELETE_TOKEN = 'DELETE /api/v1/account/{name}/token/{id}';
const ROLE_TOKEN = 'POST /api/v1/projects/{project}/roles/{role}/token';
const DELETE_ROLE_TOKEN =
  'DELETE /api/v1/projects/{project}/roles/{role}/token/{iat}';
const ROLES = '/api/v1/projects/default/roles';

const notification = (kind: string): Case => ({
  name: `F1.7.4 names ${kind}`,
  operation: `GET /api/v1/notifications/${kind}`,
  path: `/api/v1/notifications/${kind}`,
  as: 'portal',
});

export const accountCases: Case[] = [
  {
    name: 'F1.8.1 lists accounts',
    operation: LIST,
    path: '/api/v1/account',
    holds: {
      items: expect.arrayContaining([
        expect.objectContaining({
          name: 'backstage',
          capabilities: expect.arrayContaining(['apiKey']),
        }),
      ]),
    },
  },
  {
    name: 'F1.8.1 shows everybody the own account',
    operation: GET,
    path: '/api/v1/account/backstage',
    as: 'portal',
    holds: { name: 'backstage', enabled: true },
  },
  {
    name: 'F1.1.11 shows no other account without permission',
    operation: GET,
    path: '/api/v1/account/admin',
    as: 'portal',
    status: 403,
    holds: { code: 7 },
  },
  {
    name: 'F1.2.6 makes an API key',
    operation: TOKEN,
    path: '/api/v1/account/backstage/token',
    body: { id: 'contract', expiresIn: 3600 },
    holds: { token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
  },
  {
    name: 'F1.2.6 makes none for an account that may have none',
    operation: TOKEN,
    path: '/api/v1/account/admin/token',
    body: {},
    status: 500,
    holds: { code: 2 },
  },
  {
    name: 'F1.2.6 takes an API key back',
    operation: DELETE_TOKEN,
    path: '/api/v1/account/backstage/token/contract',
    is: {},
  },
  {
    name: 'refuses a password change with the wrong password',
    operation: PASSWORD,
    path: '/api/v1/account/password',
    body: { currentPassword: 'wrong', newPassword: 'long enough' },
    status: 400,
    is: failure(3, 'current password does not match'),
  },
  {
    name: 'F1.2.6 makes a token for a role of a project only if there is one',
    operation: ROLE_TOKEN,
    path: `${ROLES}/nothing/token`,
    body: {},
    status: 404,
    holds: { code: 5 },
  },
  {
    name: 'F1.2.6 takes back a token of a role that is not there',
    operation: DELETE_ROLE_TOKEN,
    path: `${ROLES}/nothing/token/1786500000`,
    is: {},
  },
  {
    name: 'F1.1.14 takes a time only as Go parses it',
    operation: DELETE_ROLE_TOKEN,
    path: `${ROLES}/nothing/token/soon`,
    status: 400,
    holds: { code: 3 },
  },
  {
    name: 'F1.2.4 has no plugins',
    operation: 'GET /api/v1/settings/plugins',
    path: '/api/v1/settings/plugins',
    is: {},
  },
  notification('triggers'),
  notification('services'),
  notification('templates'),
];
