import { until } from '../../testing/Fixture';
import { SpokeFixture } from '../testing/SpokeFixture';

const NAMESPACES = '/api/v1/namespaces';
const MAPS = `${NAMESPACES}/default/configmaps`;
const PODS = `${NAMESPACES}/default/pods`;
const MERGE = 'merge-patch+json';

describe('deletion', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  const make = async (name: string, metadata: object = {}, path = MAPS) => {
    const answer = await fixture.post(path, {
      metadata: { name, ...metadata },
    });
    return answer.body;
  };
  const exists = async (name: string, path = MAPS) =>
    (await fixture.get(`${path}/${name}`)).status === 200;
  const ownedBy = ({
    metadata,
  }: {
    metadata: { name: string; uid: string };
  }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name,
    uid: metadata.uid,
    blockOwnerDeletion: true,
  });

  it('answers with a Status of success', async () => {
    const { metadata } = await make('plain');
    const { status, body } = await fixture.delete(`${MAPS}/plain`);
    expect([status, body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'plain', kind: 'configmaps', uid: metadata.uid },
      },
    ]);
  });

  it('answers with the service account that it deletes', async () => {
    const path = `${NAMESPACES}/default/serviceaccounts`;
    await make('bot', {}, path);
    const { body } = await fixture.delete(`${path}/bot`);
    expect([body.kind, body.metadata.name]).toEqual(['ServiceAccount', 'bot']);
  });

  it('keeps its preconditions', async () => {
    const { metadata } = await make('guarded');
    const remove = (preconditions: object) =>
      fixture.delete(`${MAPS}/guarded`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
      });
    const wrong = await remove({ uid: 'other' });
    expect([wrong.status, wrong.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on configmaps "guarded": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    ]);
    expect((await remove({ resourceVersion: '1' })).status).toBe(409);
    const { uid, resourceVersion } = metadata;
    expect((await remove({ uid, resourceVersion })).status).toBe(200);
  });

  it('waits for the finalizers of others', async () => {
    await make('held', { finalizers: ['example.com/hold'] });
    const { body } = await fixture.delete(`${MAPS}/held`);
    expect(body.metadata.deletionTimestamp).toMatch(/Z$/);
    const more = await fixture.patch(`${MAPS}/held`, MERGE, {
      metadata: { finalizers: ['example.com/hold', 'example.com/more'] },
    });
    expect([more.status, more.body.message]).toEqual([
      422,
      'ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
    ]);
    expect(await exists('held')).toBe(true);
    await fixture.patch(`${MAPS}/held`, MERGE, {
      metadata: { finalizers: [] },
    });
    expect(await exists('held')).toBe(false);
  });

  it('takes dependents along once their last owner goes', async () => {
    const owner = await make('owner');
    const other = await make('other');
    await make('child', { ownerReferences: [ownedBy(owner)] });
    await make('grandchild', {
      ownerReferences: [
        ownedBy(await fixture.get(`${MAPS}/child`).then(({ body }) => body)),
      ],
    });
    await make('both', { ownerReferences: [ownedBy(owner), ownedBy(other)] });
    await fixture.delete(`${MAPS}/owner`);
    expect(await exists('child')).toBe(false);
    expect(await exists('grandchild')).toBe(false);
    const { body } = await fixture.get(`${MAPS}/both`);
    expect(body.metadata.ownerReferences).toEqual([ownedBy(other)]);
  });

  it('leaves orphans where it is told to', async () => {
    const owner = await make('parent');
    await make('orphan', { ownerReferences: [ownedBy(owner)] });
    await fixture.delete(`${MAPS}/parent?propagationPolicy=Orphan`);
    expect(await exists('parent')).toBe(false);
    const { body } = await fixture.get(`${MAPS}/orphan`);
    expect(body.metadata.ownerReferences).toBeUndefined();
  });

  it('deletes dependents first in the foreground', async () => {
    const owner = await make('front');
    await make('blocking', {
      ownerReferences: [ownedBy(owner)],
      finalizers: ['example.com/hold'],
    });
    const { body } = await fixture.delete(`${MAPS}/front`, {
      propagationPolicy: 'Foreground',
    });
    expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(await exists('front')).toBe(true);
    await fixture.patch(`${MAPS}/blocking`, MERGE, {
      metadata: { finalizers: null },
    });
    expect(await exists('blocking')).toBe(false);
    expect(await exists('front')).toBe(false);
  });

  it('lets pods end in their time, or at once when told so', async () => {
    await make('slow', {}, PODS);
    const { body } = await fixture.delete(`${PODS}/slow`);
    expect(body.metadata.deletionGracePeriodSeconds).toBe(30);
    await until(async () => !(await exists('slow', PODS)));
    await make('quick', {}, PODS);
    await fixture.delete(`${PODS}/quick`, { gracePeriodSeconds: 0 });
    expect(await exists('quick', PODS)).toBe(false);
  });

  it('empties a namespace and lets nothing new in meanwhile', async () => {
    await make('leaving', {}, NAMESPACES);
    const inside = `${NAMESPACES}/leaving/configmaps`;
    await make('held', { finalizers: ['example.com/hold'] }, inside);
    const { body } = await fixture.delete(`${NAMESPACES}/leaving`);
    expect(body.status.phase).toBe('Terminating');
    const late = await fixture.post(inside, { metadata: { name: 'late' } });
    expect([late.status, late.body.message]).toEqual([
      403,
      'configmaps "late" is forbidden: unable to create new content in namespace leaving because it is being terminated',
    ]);
    expect(late.body.details.causes[0].reason).toBe('NamespaceTerminating');
    const namespace = await until(async () => {
      const answer = await fixture.get(`${NAMESPACES}/leaving`);
      return answer.body.status.conditions && answer.body;
    });
    expect(namespace.status.conditions[0].message).toBe(
      'Some resources are remaining: configmaps. has 1 resource instances',
    );
    expect(await exists('kube-root-ca.crt', inside)).toBe(false);
    await fixture.patch(`${inside}/held`, MERGE, {
      metadata: { finalizers: null },
    });
    await until(async () => !(await exists('leaving', NAMESPACES)));
  });

  it('never deletes the namespaces that every cluster has', async () => {
    const { status, body } = await fixture.delete(`${NAMESPACES}/kube-system`);
    expect([status, body.message]).toEqual([
      403,
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    ]);
  });

  it('gives every namespace its service account and authority, again and again', async () => {
    await make('furnished', {}, NAMESPACES);
    const accounts = `${NAMESPACES}/furnished/serviceaccounts`;
    expect(await exists('default', accounts)).toBe(true);
    await fixture.delete(`${accounts}/default`);
    expect(await exists('default', accounts)).toBe(true);
    const { body } = await fixture.get(
      `${NAMESPACES}/furnished/configmaps/kube-root-ca.crt`,
    );
    expect(body.data['ca.crt']).toBe(fixture.authority.cert);
  });

  it.each([
    [{ propagationPolicy: 'Sideways' }, 422],
    [{ kind: 'Secret' }, 400],
    [{ gracePeriodSeconds: 'soon' }, 400],
    [{ dryRun: 'Some' }, 422],
  ])('refuses the options %j', async (options, status) => {
    await make('optional');
    const answer = await fixture.delete(`${MAPS}/optional`, options);
    expect(answer.status).toBe(status);
  });
});
