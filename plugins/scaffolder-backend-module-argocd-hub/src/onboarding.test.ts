import { readFile } from 'node:fs/promises';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { startSimulator, type RunningSimulator } from 'hub-simulator';
import { Portal } from './__testUtils__/Portal';

jest.setTimeout(180_000);

const values = {
  name: 'perf',
  labels: { env: 'perf', region: 'us-central', 'deploy.agent': 'true' },
  destinationNamespaces: ['agent'],
  entityRef: 'component:default/agent',
  kubeconfig: 'provided',
};

describe('the template Onboard a spoke', () => {
  const directory = createMockDirectory();
  let simulator: RunningSimulator;
  let portal: Portal;
  let kubeconfig: string;

  beforeEach(async () => {
    directory.clear();
    simulator = await startSimulator({ timeScale: 10 });
    portal = await Portal.start({ simulator, directory });
    const { kubeconfigPath } = simulator.spokes.find(
      ({ name }) => name === 'perf',
    )!;
    kubeconfig = await readFile(kubeconfigPath, 'utf8');
  });

  afterEach(async () => {
    await portal.stop();
    await simulator.stop();
  });

  const run = (secret = kubeconfig, changes: object = {}) =>
    portal.runTemplate(
      { ...values, ...changes },
      { kubeconfig: Buffer.from(secret).toString('base64') },
    );

  const control = (path: string) =>
    fetch(`${simulator.control.url}${path}`, { method: 'POST' });

  it('ends with the service Synced and Healthy there, and changes nothing the second time', async () => {
    const preview = await portal.dryRun(values, { kubeconfig });
    expect(preview.join('\n')).toContain('Dry run: perf would be registered');

    const first = await run();
    expect(first.log.join('\n')).toContain('Synced and Healthy on perf');
    expect(first.status).toBe('completed');
    expect(first.log.join('\n')).toContain('Will appear: agent-perf.');

    const second = await run();
    expect(second.status).toBe('completed');
    const log = second.log.join('\n');
    expect(log).toContain('Nothing to change: perf was registered');
    expect(log).toContain('Nothing to change: perf is labelled');
    expect(log).toContain('Synced and Healthy on perf');

    await expectNowhere(kubeconfig, [first.record, second.record]);
  });

  it('does not take a kubeconfig as a parameter', async () => {
    expect(await portal.refuse({ ...values, kubeconfig })).toBe(400);
  });

  it('fails when the deployment turns Degraded', async () => {
    await control('/spokes/perf/fail-next-rollout');
    const { status, log } = await run();
    expect(status).toBe('failed');
    expect(log.join('\n')).toContain('agent-perf is Degraded');
  });

  it('fails in plain words, and keeps the credential nowhere', async () => {
    const canary = 'canary/7f3a+91d2=?&';
    const wrong = kubeconfig.replace(/token: .*/, `token: ${canary}`);
    expect(wrong).toContain(canary);
    const first = await run(wrong);
    expect(first.status).toBe('failed');
    expect(first.log.join('\n')).toContain('does not accept the credential');
    const second = await run(`: ${canary}\n - [`);
    expect(second.status).toBe('failed');
    await expectNowhere(wrong, [first.record, second.record]);
  });

  /** Searches records, logs and databases for the token in every form. */
  async function expectNowhere(text: string, records: string[]) {
    const [, token] = /token: (.*)/.exec(text)!;
    const everything = [...records, ...portal.logs, await portal.rows()].join(
      '\n',
    );
    expect(await portal.rows()).toContain('onboard-spoke');
    for (const form of [
      token,
      Buffer.from(token).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(token),
      Buffer.from(text).toString('base64').slice(0, 60),
    ]) {
      expect(everything).not.toContain(form);
    }
  }
});
