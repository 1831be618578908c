import { type Case, failure } from './Case';

const LOGIN = 'POST /api/v1/session';
const VERSION = 'GET /api/version';
const SETTINGS = 'GET /api/v1/settings';
const CAN_I = 'GET /api/v1/account/can-i/{resource}/{action}/{subresource}';

export const sessionCases: Case[] = [
  {
    name: 'F1.2.1 logs nobody in with a wrong password',
    operation: LOGIN,
    path: '/api/v1/session',
    as: 'nobody',
    body: { username: 'admin', password: 'wrong' },
    status: 401,
    is: failure(16, 'Invalid username or password'),
  },
  {
    name: 'F1.2.1 logs out',
    operation: 'DELETE /api/v1/session',
    path: '/api/v1/session',
    is: {},
  },
  {
    name: 'F1.2.2 knows who asks',
    operation: 'GET /api/v1/session/userinfo',
    path: '/api/v1/session/userinfo',
    as: 'portal',
    holds: { loggedIn: true, username: 'backstage', iss: 'argocd' },
  },
  {
    name: 'F1.2.2 tells an anonymous caller nothing',
    operation: 'GET /api/v1/session/userinfo',
    path: '/api/v1/session/userinfo',
    as: 'nobody',
    is: {},
  },
  {
    name: 'F1.2.3 tells an anonymous caller the version alone',
    operation: VERSION,
    path: '/api/version',
    as: 'nobody',
    is: { Version: 'v3.5.1+109ca7c' },
  },
  {
    name: 'F1.2.3 tells others how it was built',
    operation: VERSION,
    path: '/api/version',
    holds: { BuildDate: expect.any(String), HelmVersion: expect.any(String) },
  },
  {
    name: 'F1.2.4 has settings',
    operation: SETTINGS,
    path: '/api/v1/settings',
    holds: { controllerNamespace: 'argocd' },
  },
  {
    name: 'F1.2.4 has fewer settings for anonymous callers',
    operation: SETTINGS,
    path: '/api/v1/settings',
    as: 'nobody',
    holds: { appLabelKey: 'app.kubernetes.io/instance' },
  },
  {
    name: 'F1.2.5 says yes',
    operation: CAN_I,
    path: '/api/v1/account/can-i/clusters/get/*',
    is: { value: 'yes' },
  },
  {
    name: 'F1.2.5 says no',
    operation: CAN_I,
    path: '/api/v1/account/can-i/clusters/delete/*',
    as: 'portal',
    is: { value: 'no' },
  },
  {
    name: 'F1.1.11 refuses a call without a token',
    operation: CAN_I,
    path: '/api/v1/account/can-i/clusters/delete/*',
    as: 'nobody',
    status: 401,
    is: failure(16, 'no session information'),
  },
  {
    name: 'F1.1.3 wants one content type',
    operation: LOGIN,
    path: '/api/v1/session',
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    status: 415,
    text: 'Invalid content type',
  },
  {
    name: 'F1.1.10 answers an unknown path in plain text',
    operation: VERSION,
    path: '/api/versions',
    status: 404,
    text: 'Not Found',
  },
];
