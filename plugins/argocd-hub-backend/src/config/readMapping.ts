import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { APPLICATION_KEYS } from 'backstage-plugin-argocd-hub-common';
import type { ArgocdHubConfig } from '../config';
import { canMatch } from '../glob';
import { assertLabelKey } from './assertLabelKey';
import { invalid } from './invalid';

const MAPPING = 'argocdHub.mapping';
const PROJECTS = `${MAPPING}.projects`;
/** Kubernetes lets names hold no others. */
const OF_NAMES = 'abcdefghijklmnopqrstuvwxyz0123456789-.';

/** Reads `argocdHub.mapping`. */
export function readMapping(config: Config): ArgocdHubConfig['mapping'] {
  const applicationEntityRefKey =
    config.getOptionalString(`${MAPPING}.applicationEntityRefKey`) ??
    'backstage.io/entity-ref';
  assertLabelKey(
    'argocdHub.mapping.applicationEntityRefKey',
    applicationEntityRefKey,
  );
  if (applicationEntityRefKey === APPLICATION_KEYS.kubernetesId) {
    throw invalid(
      `${MAPPING}.applicationEntityRefKey`,
      `must be another key than ${APPLICATION_KEYS.kubernetesId}: entities choose that id themselves, so it proves nothing; applications are mapped by it without this setting`,
    );
  }
  // Project globs hold dots and stars, which are no keys for the reader.
  const given = config.getOptional(PROJECTS);
  if (given === undefined) {
    return { applicationEntityRefKey };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(PROJECTS, 'must map project globs to lists of owners');
  }
  const projects = Object.entries(given).map(([glob, owners]) => {
    const path = `${PROJECTS}['${glob}']`;
    assertGlob(path, glob);
    return [glob, readOwners(path, owners)];
  });
  return { applicationEntityRefKey, projects: Object.fromEntries(projects) };
}

/** One that takes no project would open nothing to its owners, without a word. */
function assertGlob(path: string, glob: string): void {
  if (!canMatch(glob, OF_NAMES)) {
    throw invalid(
      path,
      `'${glob}' is the name of no project that there can be; write lower-case letters, digits, '-' and '.', with * ? [a-z] [!a-z] or {a,b} among them, and close every bracket`,
    );
  }
}

function readOwners(key: string, owners: unknown): string[] {
  if (!Array.isArray(owners)) {
    throw invalid(key, 'must be a list of owner entity refs');
  }
  return owners.map((owner, index) => {
    try {
      return stringifyEntityRef(
        parseEntityRef(owner, {
          defaultKind: 'group',
          defaultNamespace: 'default',
        }),
      );
    } catch {
      throw invalid(`${key}[${index}]`, 'is no entity ref');
    }
  });
}
