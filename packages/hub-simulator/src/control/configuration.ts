import type { Hub } from '../Hub';
import {
  applySecret,
  deleteSecret,
  describeSecrets,
} from '../hub/clusters/secretObject';
import { Rbac } from '../hub/Rbac';
import type { HubSettings } from '../state/HubSettings';
import type { HubState } from '../state/HubState';
import { CONTROL_PLANE } from '../state/names';
import type { AppProject } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import { ControlError } from './ControlError';
import type { ControlRequest } from './ControlServer';
import { input } from './input';

/** What an administrator of the hub would do with kubectl, by the end of the path. */
export const CONFIGURATION: Record<
  string,
  (hub: Hub, request: ControlRequest) => unknown
> = {
  'GET /secrets': ({ state }) => describeSecrets(state),
  'GET /settings': ({ state }) => state.settings,
  'POST /settings': ({ state }, { body }) => {
    state.settings = changed(state.settings, body);
    return state.settings;
  },
  'POST /policy': ({ state }, { body }) => {
    const { policy, defaultRole = '' } = body;
    state.rbac = input.checked(() => {
      if (typeof policy !== 'string') throw new Error('policy must be a text');
      return new Rbac(policy, { defaultRole: String(defaultRole) });
    });
  },
  'POST /objects': ({ state }, { body }) => apply(state, body),
};

/** Replaces the settings that are given; throws 400 for an unknown or wrong one. */
function changed(
  settings: HubSettings,
  body: Record<string, unknown>,
): HubSettings {
  for (const [key, value] of Object.entries(body)) {
    const known = settings[key as keyof HubSettings];
    const isOptional = ['bannerContent', 'resourceOverrides'].includes(key);
    if (!(key in settings) && !isOptional) {
      throw new ControlError(400, `there is no setting ${key}`);
    }
    if (known !== undefined && typeof known !== typeof value) {
      throw new ControlError(400, `${key} must be a ${typeof known}`);
    }
  }
  return { ...settings, ...body };
}

/** Applies an AppProject or a Secret, or deletes it with `"deleted": true`. */
function apply(state: HubState, body: Record<string, unknown>): void {
  const { deleted, ...object } = body;
  const { kind, metadata } = object as unknown as GenericObject;
  const { name } = metadata ?? {};
  if (!name) throw new ControlError(400, 'metadata.name must be a text');
  const namespace = CONTROL_PLANE;
  if (kind === 'Secret') {
    if (deleted) deleteSecret(state, name);
    else
      input.checked(() =>
        applySecret(state, object as unknown as GenericObject),
      );
    return;
  }
  if (kind !== 'AppProject') {
    throw new ControlError(400, 'kind must be AppProject or Secret');
  }
  const { spec, status } = object as unknown as AppProject;
  const project = { metadata: { ...metadata, namespace }, spec, status };
  if (deleted) state.projects.delete(name, namespace);
  else if (state.projects.get(name, namespace)) state.projects.replace(project);
  else state.projects.create(project);
}
