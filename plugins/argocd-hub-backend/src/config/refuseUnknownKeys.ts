import type { Config } from '@backstage/config';
import { invalid } from './invalid';

/** What may stand somewhere: nothing is said of a value, the readers check these. */
interface Shape {
  /** The keys of an object. */
  keys?: { [key: string]: Shape };
  /** Each entry of a list, or of an object whose keys are free. */
  each?: Shape;
}

const ANY: Shape = {};

/** As in `config.d.ts` of this package. */
const ARGOCD_HUB: Shape = {
  keys: {
    hubs: {
      each: {
        keys: {
          name: ANY,
          title: ANY,
          url: ANY,
          uiUrl: ANY,
          token: ANY,
          username: ANY,
          password: ANY,
          tls: {
            keys: { caFile: ANY, caData: ANY, dangerouslySkipTlsVerify: ANY },
          },
          relist: ANY,
          requestTimeout: ANY,
          heartbeat: { keys: { interval: ANY, maxPerSecond: ANY } },
          prefixClusterEntities: ANY,
        },
      },
    },
    environments: ANY,
    clusterLabels: {
      keys: {
        environment: ANY,
        role: ANY,
        region: ANY,
        failoverGroup: ANY,
        lifecycle: ANY,
      },
    },
    mapping: { keys: { applicationEntityRefKey: ANY, projects: ANY } },
    onboarding: {
      keys: {
        allowedServers: ANY,
        credentials: { each: { keys: { kubeconfigFile: ANY } } },
      },
    },
    history: { keys: { retention: ANY } },
    dangerouslyAllowWritesWithoutPermissions: ANY,
    // Of the catalog module.
    catalog: ANY,
  },
};

/** More slips than that and it is another word. */
const MOST_SLIPS = 3;

/**
 * Refuses a key below `argocdHub` that is not known: one that is misspelt and
 * ignored would leave the default in place without a word.
 *
 * @throws InputError that names the key and the one that was probably meant
 */
export function refuseUnknownKeys(config: Config): void {
  check(config.getOptional('argocdHub'), ARGOCD_HUB, 'argocdHub');
}

function check(value: unknown, shape: Shape, path: string): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    const here = isList ? `${path}[${key}]` : `${path}.${key}`;
    if (shape.each) {
      check(part, shape.each, here);
    } else if (shape.keys && !isList) {
      if (!Object.hasOwn(shape.keys, key)) {
        throw invalid(here, unknown(key, Object.keys(shape.keys)));
      }
      check(part, shape.keys[key], here);
    }
  }
}

function unknown(key: string, known: string[]): string {
  const [nearest] = known
    .map(name => ({ name, slips: slipsBetween(key, name) }))
    .sort((one, other) => one.slips - other.slips);
  return nearest.slips <= Math.min(MOST_SLIPS, nearest.name.length / 2)
    ? `is no key that is known here; did you mean '${nearest.name}'?`
    : `is no key that is known here; known are ${known.join(', ')}`;
}

/** How many letters are to be put in, left out or replaced; the case counts for nothing. */
function slipsBetween(one: string, other: string): number {
  const from = one.toLowerCase();
  const to = other.toLowerCase();
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j] + 1, next[j - 1] + 1);
    }
    row = next;
  }
  return row[to.length];
}
