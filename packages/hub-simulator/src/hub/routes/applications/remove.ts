import {
  requestDeletion,
  RESOURCES_FINALIZER,
} from '../../../controllers/application/deletion';
import type { Application } from '../../../types/argocd';
import { invalidArgument } from '../../errors';
import { type HubRequest, RawJson } from '../../HubRequest';
import { flagOr } from './create';
import { findApplication } from './find';
import { recordCall } from './write';

/**
 * `DELETE /api/v1/applications/{name}`: with its objects unless `cascade` is
 * false, in the foreground unless the policy says otherwise.
 */
export function remove(request: HubRequest): RawJson {
  const { entry } = findApplication(request, { from: 'live' });
  request.enforce('applications', 'delete', entry.facts.rbacObject);
  const cascades = flagOr(request, 'cascade', true);
  const policy = request.query('propagationPolicy');
  if (!cascades && policy) {
    throw invalidArgument(
      'cannot set propagation policy when cascading is disabled',
    );
  }
  const finalizer = finalizerOf(policy);
  const { state } = request;
  const { name, namespace } = entry;
  const updated = state.applications.update(name, namespace, draft => {
    if (cascades) addFinalizer(draft, finalizer);
    else dropFinalizers(draft);
  });
  if (updated) {
    requestDeletion(state, updated);
    const action = 'deleted application';
    recordCall(request, updated, { reason: 'ResourceDeleted', action });
  }
  return new RawJson('{}');
}

function finalizerOf(policy: string): string {
  switch (policy.toLowerCase()) {
    case '':
      return RESOURCES_FINALIZER;
    case 'foreground':
    case 'background':
      return `${RESOURCES_FINALIZER}/${policy.toLowerCase()}`;
    default:
      throw invalidArgument(`invalid propagation policy: ${policy}`);
  }
}

/** Kubernetes takes no finalizer for what is being deleted already. */
function addFinalizer({ metadata }: Application, finalizer: string): void {
  const { finalizers = [], deletionTimestamp } = metadata;
  if (finalizers.includes(finalizer) || deletionTimestamp) return;
  metadata.finalizers = [...finalizers, finalizer];
}

function dropFinalizers({ metadata }: Application): void {
  const others = metadata.finalizers?.filter(
    each => !each.startsWith(RESOURCES_FINALIZER),
  );
  if (others?.length) metadata.finalizers = others;
  else delete metadata.finalizers;
}
