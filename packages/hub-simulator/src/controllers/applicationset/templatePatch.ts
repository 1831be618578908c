import { decodeStruct } from '../../goStruct';
import type { GeneratedApplication } from '../../types/applicationset';
import { quote } from './gotemplate/format';
import { isMap } from './gotemplate/values';
import { fromYaml } from './gotemplate/yaml';

type Map = Record<string, unknown>;

/**
 * An application with a rendered `templatePatch` merged in. Lists are replaced but
 * for finalizers, which Kubernetes merges; the project stays. Throws
 * with Argo CD's sentence.
 */
export function applyTemplatePatch(
  app: GeneratedApplication,
  patch: string,
): GeneratedApplication {
  const value = read(patch);
  if (value === null) return app;
  try {
    decodeStruct(value, 'v1alpha1Application');
  } catch (error) {
    throw new Error(
      `invalid templatePatch ${quote(JSON.stringify(value))}: ${
        (error as Error).message
      }`,
    );
  }
  const patched = decodeStruct(
    merge(app as unknown as Map, value as Map, ''),
    'v1alpha1Application',
  );
  const { metadata, spec, operation } = patched as GeneratedApplication;
  return {
    metadata,
    spec: {
      ...spec,
      destination: spec?.destination ?? {},
      project: app.spec.project,
    },
    ...(operation && { operation }),
  };
}

function read(patch: string): unknown {
  const isJson = patch.trim().startsWith('{');
  try {
    return isJson ? JSON.parse(patch) : fromYaml(patch) ?? null;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      isJson
        ? `invalid templatePatch ${quote(patch)}: ${message}`
        : `error while converting template to json ${quote(patch)}: ${message}`,
    );
  }
}

/** Kubernetes' strategic merge, as far as an application's fields tell one. */
function merge(target: Map, patch: Map, path: string): Map {
  const { $patch: directive, ...changes } = patch;
  if (directive === 'delete') return {};
  if (directive === 'replace') return changes;
  const merged: Map = { ...target };
  for (const [key, change] of Object.entries(changes)) {
    const before = merged[key];
    const at = `${path}/${key}`;
    if (change === null) delete merged[key];
    else if (isMap(change)) merged[key] = merge(asMap(before), change, at);
    else if (at === '/metadata/finalizers') {
      merged[key] = [...new Set([...asList(before), ...asList(change)])];
    } else merged[key] = change;
  }
  return merged;
}

function asMap(value: unknown): Map {
  return isMap(value) ? value : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
