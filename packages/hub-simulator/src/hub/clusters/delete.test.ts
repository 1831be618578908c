import { Fixture } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';

describe('deleting clusters', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start();
  });
  afterAll(() => fixture.stop());

  const remove = (id: string, query = '') =>
    fixture.admin(`${CLUSTERS}/${encodeURIComponent(id)}${query}`, {
      method: 'DELETE',
    });
  const names = async () => {
    const { body } = await fixture.hub(CLUSTERS);
    return body.items.map((item: { name: string }) => item.name);
  };
  const apply = (name: string, data: object, metadata: object = {}) =>
    fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name,
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
        ...metadata,
      },
      stringData: { config: '{"bearerToken":"kept"}', ...data },
    });
  const secret = async (name: string) => {
    const { body } = await fixture.control('/hub/secrets');
    return body.find((each: { name: string }) => each.name === name);
  };

  it('F1.3.3 has no Secret of its own cluster to delete', async () => {
    const { status, body } = await remove('in-cluster', '?id.type=name');
    expect([status, body.code, body.message]).toEqual([
      404,
      5,
      'cluster "https://kubernetes.default.svc" not found',
    ]);
  });

  it('F1.3.9 deletes a managed Secret, whatever is deployed there', async () => {
    const { status, text } = await remove(fixture.spoke('dr').url);
    expect([status, text]).toEqual([200, '{}']);
    expect(await names()).not.toContain('dr');
    const { body } = await fixture.control('/hub/secrets');
    const clusters = body.map((each: { cluster: string }) => each.cluster);
    expect(clusters).not.toContain('dr');
    const deployments = await fixture.control('/spokes/dr/objects/deployments');
    expect(deployments.body).not.toHaveLength(0);
  });

  it('F1.3.9 only unlabels any other Secret, which keeps its credentials', async () => {
    await apply('declared', { name: 'declared', server: 'https://10.0.0.1' });
    expect((await remove('https://10.0.0.1')).status).toBe(200);
    expect(await names()).not.toContain('declared');
    expect(await secret('declared')).toMatchObject({
      labels: {},
      holds: ['bearerToken'],
    });
  });

  it('F1.3.9 deletes every cluster of a name', async () => {
    const managed = { annotations: { 'managed-by': 'argocd.argoproj.io' } };
    await apply('one', { name: 'twin', server: 'https://10.0.0.1' }, managed);
    await apply('two', { name: 'twin', server: 'https://10.0.0.2' });
    expect((await remove('twin', '?id.type=name')).status).toBe(200);
    expect(await names()).not.toContain('twin');
    expect(await secret('one')).toBeUndefined();
    expect(await secret('two')).toMatchObject({ labels: {} });
  });

  it('F1.3.9 needs the right to delete', async () => {
    const { status, body } = await fixture.hub(
      `${CLUSTERS}/prod?id.type=name`,
      { method: 'DELETE' },
    );
    expect([status, body.message]).toEqual([403, 'permission denied']);
    expect(await names()).toContain('prod');
  });

  it('F1.3.9 takes an unlabelled Secret back when it is labelled again', async () => {
    await apply('again', { name: 'again', server: 'https://10.0.0.5' });
    await remove('https://10.0.0.5');
    await apply('again', { name: 'again', server: 'https://10.0.0.5' });
    expect(await names()).toContain('again');
  });
});
