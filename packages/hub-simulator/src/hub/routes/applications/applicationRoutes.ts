import type { SpokeClient } from '../../../net/SpokeClient';
import type { Route } from '../../HubRequest';
import { create } from './create';
import { events } from './events';
import { get } from './get';
import { links } from './links';
import { list } from './list';
import { logs } from './logs';
import { managedResources } from './managedResources';
import { manifests } from './manifests';
import { rollback, terminate } from './operation';
import { remove } from './remove';
import { liveResource } from './resource';
import { chartDetails, ociMetadata, revisionMetadata } from './revisions';
import { sync } from './sync';
import { syncWindowsOf } from './syncWindows';
import { resourceTree } from './tree';
import { patch, update, updateSpec } from './update';

const ALL = '/api/v1/applications';
const ONE = `${ALL}/:name`;
const REVISION = `${ONE}/revisions/:revision`;
const REVISION_PARAMETERS = {
  sourceIndex: 'integer',
  versionId: 'integer',
} as const;

/** Everything under `/api/v1/applications`. */
export function applicationRoutes(client: SpokeClient): Route[] {
  return [...writes(), ...reads(client)];
}

function writes(): Route[] {
  const validate = { validate: 'bool' } as const;
  return [
    {
      method: 'POST',
      path: ALL,
      handle: create,
      parameters: { upsert: 'bool', ...validate },
    },
    { method: 'PUT', path: ONE, handle: update, parameters: validate },
    { method: 'PATCH', path: ONE, handle: patch },
    {
      method: 'PUT',
      path: `${ONE}/spec`,
      handle: updateSpec,
      parameters: validate,
    },
    { method: 'POST', path: `${ONE}/sync`, handle: sync },
    { method: 'POST', path: `${ONE}/rollback`, handle: rollback },
    { method: 'DELETE', path: `${ONE}/operation`, handle: terminate },
    {
      method: 'DELETE',
      path: ONE,
      handle: remove,
      parameters: { cascade: 'bool' },
    },
  ];
}

function reads(client: SpokeClient): Route[] {
  const handlers: Record<string, Route['handle']> = {
    [ALL]: list,
    [ONE]: get,
    [`${ONE}/resource-tree`]: resourceTree,
    [`${ONE}/managed-resources`]: managedResources,
    [`${ONE}/events`]: request => events(request, client),
    [`${ONE}/resource`]: request => liveResource(request, client),
    [`${ONE}/manifests`]: manifests,
    [`${ONE}/syncwindows`]: syncWindowsOf,
    [`${ONE}/links`]: links,
    [`${ONE}/logs`]: logs,
    [`${ONE}/pods/:podName/logs`]: logs,
  };
  const revisions: Record<string, Route['handle']> = {
    metadata: revisionMetadata,
    chartdetails: chartDetails,
    ocimetadata: ociMetadata,
  };
  return [
    ...Object.entries(handlers).map(
      ([path, handle]): Route => ({ method: 'GET', path, handle }),
    ),
    ...Object.entries(revisions).map(
      ([name, handle]): Route => ({
        method: 'GET',
        path: `${REVISION}/${name}`,
        handle,
        parameters: REVISION_PARAMETERS,
      }),
    ),
  ];
}
