import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(
  dirname(require.resolve('hub-simulator/package.json')),
  '..',
  '..',
);

/** Runs the command until it has printed its line, then stops it. */
async function run(...options: string[]) {
  const child = spawn(
    process.execPath,
    [
      '--require',
      '@backstage/cli/config/nodeTransform.cjs',
      'packages/hub-simulator/src/cli.ts',
      ...options,
    ],
    { cwd: root, env: { PATH: process.env.PATH } },
  );
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const exit = once(child, 'exit');
  for await (const chunk of child.stdout) {
    stdout += chunk;
    if (stdout.endsWith('\n')) break;
  }
  const alive = child.exitCode === null && stdout !== '';
  return {
    facts: stdout ? JSON.parse(stdout) : undefined,
    lines: stdout.trim().split('\n').length,
    stop: async () => {
      if (alive) child.kill('SIGTERM');
      const [code] = await exit;
      return { code, stderr };
    },
  };
}

describe('the command', () => {
  it.each([
    [['--moon'], "Unknown option '--moon'"],
    [['--applications', 'many'], '--applications must be a number, not many'],
    [['--clusters', '1.5'], '--clusters must be a whole number, not 1.5'],
    [['--scenario', 'moon'], 'unknown scenario moon; there are: demo, fleet'],
    [['--clusters', '0'], 'clusters: Too small: expected number to be >=1'],
    [['--time-scale', '0'], 'timeScale: Too small: expected number to be >0'],
    [['--hubs', 'a,a'], 'hubs: a name twice'],
    [['--change-rate', '5'], 'changeRate is for the scenario fleet only'],
    [['--argocd-version', '9'], 'unknown Argo CD version 9; there are: 2.14'],
  ])('says in one line what is wrong: %j', async (options, text) => {
    const { facts, stop } = await run(...options);
    expect(facts).toBeUndefined();
    const { code, stderr } = await stop();
    expect(code).toBe(1);
    expect(stderr).toContain(`hub-simulator: ${text}`);
    expect(stderr).toContain('Try --help.');
    expect(stderr).not.toContain('    at ');
  });

  const data = mkdtempSync(join(tmpdir(), 'hub-simulator-test-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it('prints one line with everything, and keeps keys, ports and state', async () => {
    const first = await run('--scenario', 'demo', '--data', data);
    expect(first.lines).toBe(1);
    expect(first.facts).toEqual({
      hub: { url: expect.stringMatching(/^http:/), token: expect.any(String) },
      control: { url: expect.stringMatching(/^http:/) },
      spokes: ['staging', 'prod', 'dr', 'perf'].map(name => ({
        name,
        url: expect.stringMatching(/^https:/),
        caData: expect.any(String),
        kubeconfigPath: join(data, `${name}.kubeconfig`),
        registered: name !== 'perf',
      })),
    });
    const { kubeconfigPath } = first.facts.spokes[0];
    expect(readFileSync(kubeconfigPath, 'utf8')).toMatch(
      'certificate-authority-data: ',
    );
    const { url, token } = first.facts.hub;
    const id = encodeURIComponent(first.facts.spokes[1].url);
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    };
    const put = await fetch(
      `${url}/api/v1/clusters/${id}?updatedFields=labels`,
      {
        method: 'PUT',
        headers,
        body: JSON.stringify({ labels: { env: 'prod', kept: 'yes' } }),
      },
    );
    expect(put.status).toBe(200);
    expect(await first.stop()).toEqual({ code: 0, stderr: '' });

    const second = await run('--scenario', 'demo', '--data', data);
    expect(second.facts.spokes).toEqual(first.facts.spokes);
    expect(second.facts.hub.url).toBe(url);
    // The old token is still good, and so is the credential of the spoke.
    const got = await fetch(`${url}/api/v1/clusters/${id}`, { headers });
    expect((await got.json()).labels).toEqual({ env: 'prod', kept: 'yes' });
    await second.stop();
  });
});
