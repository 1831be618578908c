import { parse } from 'protobufjs';
import { SpokeFixture } from '../testing/SpokeFixture';
import { decodeProtobuf } from './decode';
import { MESSAGES } from './messages';

const { root } = parse(MESSAGES, { keepCase: true });

/** A body as a Go client sends it. */
function encode(kind: string, apiVersion: string, object: object): Buffer {
  const type = root.lookupType(kind);
  const raw = type.encode(type.fromObject(object)).finish();
  const envelope = root.lookupType('Unknown');
  const body = envelope
    .encode(envelope.create({ typeMeta: { apiVersion, kind }, raw }))
    .finish();
  return Buffer.concat([Buffer.from('k8s\0'), body]);
}

describe('Kubernetes protobuf', () => {
  it.each([
    ['Namespace', 'v1', { metadata: { name: 'a', labels: { x: '' } } }],
    [
      'Secret',
      'v1',
      {
        metadata: { name: 's', namespace: 'n' },
        data: { a: 'Yg==' },
        type: 'Opaque',
      },
    ],
    [
      'ClusterRole',
      'rbac.authorization.k8s.io/v1',
      {
        metadata: { name: 'r' },
        rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
      },
    ],
    [
      'TokenRequest',
      'authentication.k8s.io/v1',
      { spec: { audiences: ['a'], expirationSeconds: 900 } },
    ],
    ['DeleteOptions', 'v1', { gracePeriodSeconds: 0, dryRun: ['All'] }],
  ])('reads a %s as its JSON says it', (kind, apiVersion, object) => {
    expect(decodeProtobuf(encode(kind, apiVersion, object))).toEqual({
      apiVersion,
      kind,
      ...object,
    });
  });

  it('leaves out what Go writes of unset fields, and reads times', () => {
    const body = encode('ServiceAccount', 'v1', {
      metadata: {
        name: 'a',
        generateName: '',
        generation: 0,
        creationTimestamp: { seconds: 1_767_225_600 },
        deletionTimestamp: {},
      },
    });
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
    });
  });

  it.each([
    ['other bytes', Buffer.from('{"kind":"Pod"}'), 400],
    ['broken bytes', Buffer.from('k8s\0\xff\xff\xff'), 400],
    ['an unknown kind', encodeUnknown('Widget'), 415],
  ])('refuses %s', (_, body, code) => {
    expect(() => decodeProtobuf(body)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('a Go client', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());
  const options = {
    type: 'application/vnd.kubernetes.protobuf',
    headers: { accept: 'application/vnd.kubernetes.protobuf,application/json' },
  };

  it('sends protobuf and is answered in JSON', async () => {
    const { status, headers, body } = await fixture.post(
      '/api/v1/namespaces',
      encode('Namespace', 'v1', { metadata: { name: 'sent' } }),
      options,
    );
    expect([status, headers['content-type']]).toEqual([
      201,
      'application/json',
    ]);
    expect(body.status.phase).toBe('Active');
  });

  it('sends options of a deletion, and is told what is wrong', async () => {
    const { status, body } = await fixture.delete(
      '/api/v1/namespaces/default/configmaps/kube-root-ca.crt',
      encode('DeleteOptions', 'v1', { preconditions: { uid: 'other' } }),
      options,
    );
    expect([status, body.reason]).toEqual([409, 'Conflict']);
  });

  it('asks for access', async () => {
    const kind = 'SelfSubjectAccessReview';
    const { body } = await fixture.post(
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      encode(kind, 'authorization.k8s.io/v1', {
        spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
      }),
      options,
    );
    expect(body).toMatchObject({ kind, status: { allowed: true } });
  });
});

function encodeUnknown(kind: string): Buffer {
  const envelope = root.lookupType('Unknown');
  const bytes = envelope
    .encode(envelope.create({ typeMeta: { kind } }))
    .finish();
  return Buffer.concat([Buffer.from('k8s\0'), bytes]);
}
