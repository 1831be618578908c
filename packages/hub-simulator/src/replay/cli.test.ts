import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(
  dirname(require.resolve('hub-simulator/package.json')),
  '..',
  '..',
);
const STATE = '{"state":[]}';

describe('the command', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hub-simulator-replay-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function run(lines: string[], ...options: string[]) {
    writeFileSync(join(directory, 'calls.jsonl'), lines.join('\n'));
    return start('cli.ts', 'calls.jsonl', ...options);
  }

  function start(script: string, ...options: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--require',
        '@backstage/cli/config/nodeTransform.cjs',
        `packages/hub-simulator/src/replay/${script}`,
        ...options,
      ],
      {
        cwd: root,
        env: { PATH: process.env.PATH, INIT_CWD: directory },
        encoding: 'utf8',
      },
    );
    return { status, stdout, stderr };
  }

  const version = (text: string) =>
    `{"request":{"path":"/api/version"},"response":{"status":200,"body":{"Version":"${text}"}}}`;

  it('ends with 0 when nothing differs', () => {
    expect(run([STATE, version('v3.5.1+109ca7c')])).toEqual({
      status: 0,
      stdout: '1 calls, 0 differences\n',
      stderr: '',
    });
  });

  it('ends with 1 and a line per difference', () => {
    const line =
      'line 2 GET /api/version: body.Version: recorded "v9", simulator "v3.5.1+109ca7c"';
    const lines = [STATE, version('v9')];
    expect(run(lines)).toEqual({
      status: 1,
      stdout: `${line}\n1 calls, 1 difference\n`,
      stderr: '',
    });
    expect(run(lines, '--ignore', 'status,Version').status).toBe(0);
    const { stdout } = run(lines, '--json');
    expect(JSON.parse(stdout)).toEqual({
      calls: 1,
      differences: [
        {
          line: 2,
          method: 'GET',
          url: '/api/version',
          path: 'body.Version',
          kind: 'changed',
          recorded: 'v9',
          simulated: 'v3.5.1+109ca7c',
        },
      ],
    });
  });

  it('prints no secret, whatever has to be escaped in it', () => {
    const token = 'sur"prise\\of<a>token';
    const body = { token, Version: `v ${token}` };
    const request = { path: '/api/version' };
    const call = { request, response: { status: 200, body } };
    for (const option of ['--ignore=status', '--json']) {
      const { stdout } = run([STATE, JSON.stringify(call)], option);
      expect(stdout).toContain('"v <secret>"');
      expect(stdout).not.toMatch(/prise/);
    }
  });

  it('ends with 2 on bad input, and says which line and what to do', () => {
    expect(run([STATE, '{"request":{}}'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'simulator:replay: calls.jsonl, line 2: needs both "request" and "response", each an object\n',
    });
    const { status, stderr } = run([STATE], '--surprise');
    expect(status).toBe(2);
    expect(stderr).toMatch(/usage: simulator:replay -- FILE/);
  });

  it('refuses a state that is not JSON without quoting it', () => {
    writeFileSync(join(directory, 'state.json'), '{"data": hunter2');
    const options = ['--hub', 'http://127.0.0.1:9', '--state', 'state.json'];
    const { status, stdout, stderr } = start('recordCli.ts', ...options);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^simulator:record: state.json is no JSON object; usage: npm run -s /,
    );
    expect(stderr).not.toContain('hunter2');
  });
});
