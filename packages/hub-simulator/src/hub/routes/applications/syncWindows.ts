import { syncWindows } from '../../../controllers/application/syncWindows';
import type { SyncWindow } from '../../../types/argocd';
import type { HubRequest } from '../../HubRequest';
import { findApplication } from './find';

/** `GET …/syncwindows`: `canSync` is told for a manual sync. */
export function syncWindowsOf(request: HubRequest): unknown {
  const { entry, project } = findApplication(request, { from: 'live' });
  const windows = syncWindows(project, entry.object, Date.now());
  const { active, assigned } = windows;
  return {
    ...(active.length && { activeWindows: active.map(shapeOf) }),
    ...(assigned.length && { assignedWindows: assigned.map(shapeOf) }),
    canSync: windows.canSync({ isManual: true }),
  };
}

function shapeOf({ kind, schedule, duration, manualSync }: SyncWindow) {
  return { kind, schedule, duration, manualSync: !!manualSync };
}
