import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';

/** Deep links of an application: none is configured, and Go leaves out what is empty. */
export function links(request: HubRequest): unknown {
  const namespace = request.query('namespace');
  findApplication(request, { from: 'live', namespace });
  return {};
}
