import type { Case } from './Case';

const LIST = 'GET /api/v1/projects';
const GET = 'GET /api/v1/projects/{name}';
const PATH = '/api/v1/projects';

export const projectCases: Case[] = [
  {
    name: 'F1.7.3 lists',
    operation: LIST,
    path: PATH,
    holds: { items: [{ metadata: { name: 'default' } }] },
  },
  {
    name: 'F1.7.3 lists some fields',
    operation: LIST,
    path: `${PATH}?fields=items.metadata.name`,
    trimmed: true,
    is: { items: [{ metadata: { name: 'default' } }] },
  },
  {
    name: 'F1.7.3 gets one',
    operation: GET,
    path: `${PATH}/default`,
    holds: { metadata: { name: 'default' } },
  },
  {
    name: 'F1.7.3 has none of that name',
    operation: GET,
    path: `${PATH}/nothing`,
    status: 404,
    holds: { code: 5 },
  },
  {
    name: 'F1.7.3 gets one with what is scoped to it',
    operation: 'GET /api/v1/projects/{name}/detailed',
    path: `${PATH}/default/detailed`,
  },
  {
    name: 'F1.7.3 gets one with its sync windows',
    operation: 'GET /api/v1/projects/{name}/syncwindows',
    path: `${PATH}/default/syncwindows`,
  },
  {
    name: 'F1.7.3 gets one with its global projects',
    operation: 'GET /api/v1/projects/{name}/globalprojects',
    path: `${PATH}/default/globalprojects`,
  },
  {
    name: 'F1.7.3 gets one with its events',
    operation: 'GET /api/v1/projects/{name}/events',
    path: `${PATH}/default/events`,
  },
  {
    name: 'F1.7.3 gets one with its links',
    operation: 'GET /api/v1/projects/{name}/links',
    path: `${PATH}/default/links`,
  },
];
