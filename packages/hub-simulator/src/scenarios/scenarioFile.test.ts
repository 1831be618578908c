import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fixture, until } from '../testing/Fixture';

describe('a scenario file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'scenario-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (text: string): string => {
    const path = join(directory, 'scenario.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('says how the world is and what happens in it', async () => {
    const scenario = file(`
      clusters: 3
      applications: 9
      hubs: [main, edge]
      argocdVersion: '3.4'
      replicaLagsMs: [0, 2000]
      timeScale: 50
      steps:
        - { at: 5, call: POST /hubs/edge/break, body: { kind: status, code: 503 } }
        - { at: 40, call: POST /hubs/edge/heal }
    `);
    const fixture = await Fixture.start({ scenario, timeScale: undefined });
    const [, edge] = fixture.simulator.hubs!;
    const status = async () => (await fetch(`${edge.url}/api/version`)).status;
    await until(async () => (await status()) === 503);
    await until(async () => (await status()) === 200);
    const version = await fixture.hub('/api/version');
    const { body } = await fixture.hub('/api/v1/applications');
    await fixture.stop();
    expect(version.body.Version).toMatch(/^v3\.4\./);
    expect(body.items).toHaveLength(9);
    expect(fixture.simulator.spokes).toHaveLength(6);
  });

  it.each([
    ['scenario: moon', 'scenario: Invalid option'],
    ['applications: many', 'applications: Invalid input'],
    ['colour: red', 'Unrecognized key: "colour"'],
    ['steps: [{ at: 1, call: break it }]', 'steps.0.call: Invalid string'],
    ['steps: [{ at: 1, call: POST /moon }]', 'has no such call: POST /moon'],
    ['argocdVersion: "1.8"', 'unknown Argo CD version 1.8; there are: 2.14'],
    ['a: [', 'cannot read scenario'],
  ])('says what is wrong with %j', async (text, message) => {
    await expect(Fixture.start({ scenario: file(text) })).rejects.toThrow(
      message,
    );
  });

  it('must be there', async () => {
    const scenario = join(directory, 'none.yaml');
    await expect(Fixture.start({ scenario })).rejects.toThrow(
      /cannot read scenario .*none\.yaml/,
    );
  });
});
