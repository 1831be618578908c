import { readFileSync } from 'node:fs';
import { CanaryWatch } from './CanaryWatch';
import { CANARIES } from './secrets';

const watch = new CanaryWatch();

/** Has another secret looked for in the rest of the test file, or until the function that it answers is called. */
export function watchFor(name: string, secret: string): () => void {
  watch.finder.add(name, secret);
  return () => watch.finder.remove(secret);
}

/** Looks for secrets in something else that the backend gave away. */
export function lookForCanaries(where: string, value: unknown): void {
  watch.look(where, value);
}

/** What was found up to now, and is not to be reported any more: for tests of the watch itself. */
export function takeLeaks(): string[] {
  return watch.take();
}

/**
 * Fails every test in which an answer or a log of the backend holds a secret of
 * a fixture, or of a simulated world: tokens of hubs, credentials of clusters.
 */
export function watchCanaries(): void {
  Object.entries(CANARIES).forEach(([name, secret]) => watchFor(name, secret));
  let stop = () => {};
  beforeAll(() => {
    stop = watch.readAnswers();
  });
  afterEach(refuseLeaks);
  afterAll(() => {
    stop();
    refuseLeaks();
  });
}

/** To be called with the module once a test file loads it. */
export function followLoggers(module: any): void {
  const { logger, rootLogger } = module.mockServices;
  watch.followClass(Object.getPrototypeOf(rootLogger()));
  for (const kind of [logger, rootLogger]) {
    const mock = kind.mock;
    kind.mock = (...given: unknown[]) => {
      const made = mock(...given);
      watch.followMock(made);
      return made;
    };
  }
}

/** To be called with the module once a test file loads it. */
export function followSimulators(module: any): any {
  return {
    ...module,
    startSimulator: async (...given: unknown[]) => {
      const simulator = await module.startSimulator(...given);
      for (const { name, token } of simulator.hubs ?? [simulator.hub]) {
        watchFor(`the token of hub ${name ?? 'main'}`, token);
      }
      for (const { name, kubeconfigPath } of simulator.spokes) {
        watchKubeconfig(name, readFileSync(kubeconfigPath, 'utf8'));
      }
      return simulator;
    },
  };
}

function watchKubeconfig(cluster: string, text: string): void {
  const secrets = /(token|client-key-data): (\S+)/g;
  for (const [, what, secret] of text.matchAll(secrets)) {
    watchFor(`the ${what} of ${cluster}`, secret);
  }
}

function refuseLeaks(): void {
  const leaks = watch.take();
  if (leaks.length > 0) {
    throw new Error(`Secrets left the backend: ${leaks.join('; ')}`);
  }
}
