import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Http } from '../measure/http';
import type { Place } from '../Place';
import { Child } from '../processes/Child';
import { freePort } from '../processes/ports';

const READY_MS = 120_000;

/** A Backstage backend that runs, and the way to ask it. */
export interface Backend {
  child: Child;
  base: string;
  /** of the static token that all contenders get */
  token: string;
  http: Http;
  stop(): Promise<void>;
}

/**
 * Starts a backend as in production: with a static token, quiet, and everything
 * that is the same for all contenders.
 */
export async function startBackend(options: {
  name: string;
  place: Place;
  node: string;
  args: string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  hubPort: number;
  /** below `backend` */
  backend?: object;
  /** the rest of the configuration */
  config: object;
  /** answers 200 once it is up */
  readyPath: string;
}): Promise<Backend> {
  const { name, place, node, args, cwd, hubPort, readyPath } = options;
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const token = randomBytes(24).toString('base64url');
  const { auth, ...backend } = (options.backend ?? {}) as { auth?: object };
  const config = {
    app: { baseUrl: base },
    backend: {
      baseUrl: base,
      listen: { host: '127.0.0.1', port },
      auth: {
        ...auth,
        externalAccess: [
          { type: 'static', options: { token, subject: 'benchmark' } },
        ],
      },
      ...backend,
    },
    ...options.config,
  };
  const file = place.file(name, 'app-config.yaml');
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  const child = Child.start({
    name,
    node,
    args: [...args, '--config', file],
    cwd,
    env: {
      ...place.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      ...options.env,
    },
    log: place.file(name, 'output.log'),
    hubPort,
  });
  const http = new Http({ base, token });
  await child.until('an answer', () => http.drain({ path: readyPath }), {
    timeoutMs: READY_MS,
    everyMs: 25,
  });
  const stop = async () => {
    await http.close();
    await child.stop();
  };
  return { child, base, token, http, stop };
}
