import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fixture } from '../testing/Fixture';

describe('a hub that is started again', () => {
  const data = mkdtempSync(join(tmpdir(), 'hub-simulator-test-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it('still knows API keys, tokens of projects and Secrets without a label', async () => {
    const before = await Fixture.start({ data });
    await before.control('/hub/objects', {
      kind: 'AppProject',
      metadata: { name: 'web' },
      spec: { roles: [{ name: 'ci' }] },
    });
    await before.control('/hub/objects', {
      kind: 'Secret',
      metadata: { name: 'left' },
      stringData: { name: 'left', server: 'https://10.0.0.1' },
    });
    const tokens = await Promise.all(
      [
        '/api/v1/account/backstage/token',
        '/api/v1/projects/web/roles/ci/token',
      ].map(async path => {
        const { body } = await before.admin(path, { method: 'POST', body: {} });
        return body.token as string;
      }),
    );
    await before.stop();
    const after = await Fixture.start({ data });
    for (const [index, username] of ['backstage', 'proj:web:ci'].entries()) {
      const { body } = await after.hub('/api/v1/session/userinfo', {
        token: tokens[index],
      });
      expect(body.username).toBe(username);
    }
    const { body: secrets } = await after.control('/hub/secrets');
    expect(secrets.at(-1)).toMatchObject({ name: 'left', labels: {} });
    await after.stop();
  });
});
