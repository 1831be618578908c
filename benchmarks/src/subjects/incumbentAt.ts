import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { inBenchmarks } from '../paths';
import type { Place } from '../Place';
import type { World } from '../World';
import { type Backend, startBackend } from './startBackend';

/** Starts an incumbent's backend against a hub, as its documentation says. */
export async function incumbentAt(options: {
  name: string;
  place: Place;
  world: World;
  readyPath: string;
}): Promise<Backend> {
  const { name, place, world, readyPath } = options;
  const cwd = inBenchmarks('incumbents', name);
  const keys = {
    publicKeyFile: place.file(name, 'public.pem'),
    privateKeyFile: place.file(name, 'private.pem'),
  };
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(keys.publicKeyFile, pair.publicKey);
  writeFileSync(keys.privateKeyFile, pair.privateKey, { mode: 0o600 });
  return startBackend({
    name,
    place,
    node: place.incumbentsNode,
    args: [inBenchmarks('incumbents', name, 'index.cjs')],
    cwd,
    hubPort: world.port,
    readyPath,
    backend: {
      auth: {
        // Neither needs a database but for its keys: these save it.
        pluginKeyStore: {
          type: 'static',
          static: {
            keys: [{ ...keys, keyId: 'benchmark', algorithm: 'ES256' }],
          },
        },
      },
    },
    config: {
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [{ name: 'main', url: world.url, token: world.token }],
          },
        ],
      },
    },
  });
}
