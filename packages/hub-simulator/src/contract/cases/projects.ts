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
];
