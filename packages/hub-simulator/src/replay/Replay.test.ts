import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fixture, until } from '../testing/Fixture';
import { readRecording } from './recording';
import { Replay } from './Replay';
import { describe as lineOf } from './report';
import { secretsOf } from './secrets';

const own = dirname(require.resolve('hub-simulator/package.json'));
const example = readFileSync(join(own, 'recordings', 'example.jsonl'), 'utf8');

type Json = Record<string, any>;

/** The example with one of its calls changed. */
function changed(path: string, change: (call: Json) => void): string {
  const lines = example.split('\n');
  const at = lines.findIndex(
    line =>
      !line.startsWith('#') && line && JSON.parse(line).request?.path === path,
  );
  const call = JSON.parse(lines[at]);
  change(call);
  const state = lines.findIndex(line => line.startsWith('{"state"'));
  // Only the state and this call, so that the tests stay quick.
  return [lines[state], JSON.stringify(call)].join('\n');
}

async function differencesOf(text: string, ignore: string[] = []) {
  const recording = readRecording(text);
  const { differences } = await Replay.run(recording, { ignore });
  const secrets = secretsOf(recording);
  return differences.map(difference => lineOf(difference, secrets));
}

describe('a replay', () => {
  it('finds nothing in the recording made by hand from the facts', async () => {
    const recording = readRecording(example);
    expect(recording.calls.length).toBeGreaterThanOrEqual(25);
    expect(await differencesOf(example)).toEqual([]);
  });

  it('names a changed, a missing and an extra field', async () => {
    const path = '/api/v1/applications/agent-prod';
    const text = changed(path, ({ response }) => {
      response.body.status.sync.status = 'OutOfSync';
      response.body.status.surprise = { a: 1 };
      delete response.body.status.sourceType;
    });
    expect((await differencesOf(text)).sort()).toEqual([
      `line 2 GET ${path}: body.status.sourceType: extra, simulator "Helm"`,
      `line 2 GET ${path}: body.status.surprise: missing, recorded {"a":1}`,
      `line 2 GET ${path}: body.status.sync.status: recorded "OutOfSync", simulator "Synced"`,
    ]);
    const ignore = ['status.surprise', 'status.sourceType', 'status.**'];
    expect(await differencesOf(text, ignore)).toEqual([]);
  });

  it('compares status, headers and the frames of a stream', async () => {
    const missing = changed('/api/v1/applications/nothing', ({ response }) => {
      response.status = 404;
      response.headers['content-type'] = 'text/plain';
    });
    expect(await differencesOf(missing)).toEqual([
      'line 2 GET /api/v1/applications/nothing: status: recorded 404, simulator 403',
      'line 2 GET /api/v1/applications/nothing: headers.content-type: recorded "text/plain", simulator "application/json"',
    ]);
    const stream =
      '/api/v1/stream/applications?fields=error,result.type,result.application.metadata.name';
    const text = changed(stream, ({ response }) => {
      response.body = `${response.body.split('\n\n\n')[0]}\n\n`;
    });
    expect(await differencesOf(text)).toEqual([
      expect.stringMatching(/body\.events\[1\]: extra, simulator/),
      expect.stringMatching(/body\.framing: recorded "data: /),
    ]);
  });

  it('lets clusters come and go between calls', async () => {
    const [state] = example.split('\n').filter(line => /^{"state/.test(line));
    const call = (status: number) => ({
      request: {
        method: 'PUT',
        path: '/api/v1/clusters/staging?id.type=name&updatedFields=labels',
        headers: {
          Authorization: 'Bearer recorded.by.somebody',
          'Content-Type': 'application/json',
        },
        body: { labels: { env: 'test' } },
      },
      response: { status },
    });
    const server = 'https://10.0.0.2:6443';
    const lines = [
      call(500),
      { spokes: { [server]: 'none' } },
      call(200),
      { spokes: { [server]: 'unauthorized' } },
      call(401),
    ];
    const text = [state, ...lines.map(line => JSON.stringify(line))].join('\n');
    expect(await differencesOf(text)).toEqual([]);
  });

  it('prints no secret of the state, of a request or of an answer', async () => {
    const text = changed('/api/v1/clusters?name=prod', ({ response }) => {
      response.body.items[0].labels.leak = 'not-a-real-token-of-prod';
    });
    const [line] = await differencesOf(text);
    expect(line).toMatch(/labels\.leak: missing, recorded "<secret>"/);
  });

  it('finds nothing in a recording of the simulator itself', async () => {
    const fixture = await Fixture.start();
    try {
      expect(await differencesOf(await record(fixture))).toEqual([]);
    } finally {
      await fixture.stop();
    }
  }, 60_000);
});

/** What the demo says while nothing changes, as a recording. */
async function record(fixture: Fixture): Promise<string> {
  const paths = [
    '/api/v1/applications',
    '/api/v1/applications?fields=items.metadata.name,items.status.health',
    '/api/v1/applications/agent-prod',
    '/api/v1/applications/agent-prod/resource-tree',
    '/api/v1/applications/nothing',
    '/api/v1/clusters',
    '/api/v1/applicationsets/agent-multi-cluster',
    '/api/v1/projects/default',
    '/api/v1/account/can-i/clusters/get/*',
  ];
  return until(async () => {
    const state = await stateOf(fixture);
    const lines: unknown[] = [{ state }];
    for (const path of paths) {
      const { status, body } = await fixture.admin(path);
      const headers = { Authorization: 'Bearer of.an.administrator' };
      lines.push({ request: { path, headers }, response: { status, body } });
    }
    const isQuiet =
      JSON.stringify(await stateOf(fixture)) === JSON.stringify(state);
    return isQuiet && lines.map(line => JSON.stringify(line)).join('\n');
  });
}

async function stateOf(fixture: Fixture): Promise<unknown[]> {
  const itemsOf = async (path: string): Promise<Json[]> =>
    (await fixture.admin(`/api/v1/${path}`)).body.items;
  const ofKind = async (path: string, kind: string) =>
    (await itemsOf(path)).map(item => ({ kind, ...item }));
  const clusters = await itemsOf('clusters');
  return [
    ...(await ofKind('applications', 'Application')),
    ...(await ofKind('applicationsets', 'ApplicationSet')),
    ...(await ofKind('projects', 'AppProject')),
    ...clusters.filter(({ name }) => name !== 'in-cluster').map(secretOf),
  ];
}

function secretOf({ name, server, labels, annotations }: Json) {
  const type = { 'argocd.argoproj.io/secret-type': 'cluster' };
  return {
    kind: 'Secret',
    metadata: {
      name: `secret-of-${name}`,
      labels: { ...labels, ...type },
      annotations,
    },
    stringData: { name, server, config: '{}' },
  };
}
