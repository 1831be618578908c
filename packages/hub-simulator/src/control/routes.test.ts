import { request as httpRequest } from 'node:http';
import { request } from 'node:https';
import { Fixture } from '../testing/Fixture';

describe('the control API', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  const faults = async () => {
    const { body } = await fixture.control('/state');
    return body.spokes.map((spoke: { fault?: string }) => spoke.fault);
  };

  it('tells where everything is and what is broken', async () => {
    const { body } = await fixture.control('/state');
    const { stop, ...facts } = fixture.simulator;
    expect(body).toEqual(facts);
    await fixture.control('/spokes/prod/break', { how: 'refused' });
    expect(await faults()).toEqual([
      undefined,
      'refused',
      undefined,
      undefined,
    ]);
    await fixture.control('/spokes/prod/break', { how: 'black-holed' });
    expect((await faults())[1]).toBe('black-holed');
    await fixture.control('/spokes/prod/heal', {});
    expect((await faults())[1]).toBeUndefined();
  });

  it.each([
    ['null', 'the body is not an object'],
    ['[]', 'the body is not an object'],
    ['{"', 'the body is not JSON'],
  ])('refuses the body %s', async (body, error) => {
    const url = `${fixture.simulator.control.url}/hub/break`;
    const answer = await fetch(url, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  it('breaks a spoke for everybody who dials it', async () => {
    const dial = () =>
      new Promise((resolve, reject) => {
        const { url, caData } = fixture.spoke('perf');
        const ca = Buffer.from(caData, 'base64');
        const call = request(`${url}/version`, { ca, agent: false }, answer => {
          answer.resume();
          resolve(answer.statusCode);
        });
        // Node's own timeout of a request begins only when it is connected.
        const silence = () => call.destroy(new Error('silence'));
        const timer = setTimeout(silence, 300);
        call.on('close', () => clearTimeout(timer));
        call.on('error', reject);
        call.end();
      });
    expect(await dial()).toBe(200);
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await fixture.control('/spokes/perf/break', { how: 'black-holed' });
    await expect(dial()).rejects.toThrow('silence');
    await fixture.control('/spokes/perf/heal', {});
    expect(await dial()).toBe(200);
  });

  it('counts the requests at the hub by path', async () => {
    await fixture.control('/requests/reset', {});
    await fixture.hub('/api/v1/applications/agent-prod');
    await fixture.hub('/api/v1/applications/agent-dr');
    await fixture.hub('/api/v1/clusters');
    const { body } = await fixture.control('/requests');
    expect(body).toEqual({
      total: 3,
      requests: {
        'GET /api/v1/applications/:name': 2,
        'GET /api/v1/clusters': 1,
      },
    });
  });

  it('shows the objects of a spoke, Secrets without their data', async () => {
    const { body } = await fixture.control('/spokes/prod/objects/secrets');
    expect(body).toHaveLength(1);
    expect(body[0]).not.toHaveProperty('data');
  });

  it('says what it does not know', async () => {
    expect((await fixture.control('/spokes/nope/heal', {})).status).toBe(404);
    const how = await fixture.control('/spokes/prod/break', { how: 'softly' });
    expect([how.status, how.body.error]).toEqual([
      400,
      expect.stringMatching(/^kind must be one of refused/),
    ]);
    expect((await fixture.control('/nothing')).status).toBe(404);
  });
});

describe('the control API and web pages', () => {
  it.each([
    ['of another site', { origin: 'https://example.com' }],
    ['whose name leads here', { host: 'rebound.example.com' }],
  ])('refuses one %s', async (_, headers) => {
    const fixture = await Fixture.start();
    const { url } = fixture.simulator.control;
    const status = await new Promise((resolve, reject) => {
      const call = httpRequest(`${url}/hub/admin`, { headers }, answer => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject);
      call.end();
    });
    await fixture.stop();
    expect(status).toBe(403);
  });
});

describe('a hub over https', () => {
  it('has an authority of its own', async () => {
    const fixture = await Fixture.start({ tls: true });
    const { url, caData } = fixture.simulator.hub;
    const version = await new Promise((resolve, reject) => {
      const ca = Buffer.from(caData!, 'base64');
      const call = request(
        `${url}/api/version`,
        { ca, agent: false },
        async answer => {
          let text = '';
          for await (const chunk of answer) text += chunk;
          resolve(JSON.parse(text));
        },
      );
      call.on('error', reject);
      call.end();
    });
    await fixture.stop();
    expect(version).toEqual({ Version: 'v3.5.1+109ca7c' });
  });
});
