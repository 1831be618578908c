import type { ArgoCluster } from '../hub/types';
import { nameOfUnreadable, trimCluster } from './trimCluster';

const prod = {
  name: 'prod',
  server: 'https://prod.example.com:6443',
  labels: { env: 'prod' },
  annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' },
  project: 'agent',
  config: { bearerToken: 's3cret', proxyUrl: 'http://u:s3cret@proxy' },
  info: {
    serverVersion: '1.34',
    applicationsCount: 3,
    connectionState: {
      status: 'Failed',
      message: 'dial tcp 10.0.0.1:6443: connect: connection refused',
      attemptedAt: '2026-03-01T12:00:00Z',
    },
  },
};

const trimmed = (overrides: object) =>
  trimCluster({ ...prod, ...overrides } as unknown as ArgoCluster);
const ofState = (connectionState: object) =>
  trimmed({ info: { connectionState } }).connection;

describe('trimCluster', () => {
  it('keeps what is known, and no configuration', () => {
    expect(trimmed({})).toEqual({
      kept: {
        registeredName: 'prod',
        server: 'https://prod.example.com:6443',
        labels: { env: 'prod' },
        kubernetesVersion: '1.34',
        project: 'agent',
      },
      connection: prod.info.connectionState,
      skipReconcile: true,
      hasApplications: true,
    });
  });

  it.each([
    ['https://user:s3cret@prod.example.com:6443', undefined],
    ['https://s3cret@prod.example.com:6443', undefined],
    ['user:s3cret@prod.example.com:6443', 'prod.example.com:6443'],
    ['https://u%40x:s3%2Fcret@prod.example.com:6443', undefined],
    ['https://a@b:s3cret@prod.example.com:6443', undefined],
    ['HTTPS://u:s3cret@prod.example.com:6443', 'HTTPS://prod.example.com:6443'],
  ])('drops the login of %s', (server, expected = prod.server) => {
    const named = trimmed({ server });
    expect(named.kept.server).toBe(expected);
    const unnamed = trimmed({ server, name: '' });
    expect(unnamed.kept.registeredName).toBe(expected);
  });

  it('drops the login of an address that is used as a name', () => {
    const name = 'https://user:s3cret@prod.example.com';
    expect(trimmed({ name }).kept.registeredName).toBe(
      'https://prod.example.com',
    );
  });

  it.each([
    ['labels that are null', { labels: null }, { labels: {} }],
    [
      'labels that are no texts',
      { labels: { number: 7, nested: {}, env: 'prod' } },
      { labels: { env: 'prod' } },
    ],
    ['a project that is a number', { project: 7 }, { project: undefined }],
    [
      'a version of 1 MB',
      { info: { serverVersion: '1'.repeat(1e6) } },
      { kubernetesVersion: '1'.repeat(253) },
    ],
    ['a name that is null', { name: null }, { registeredName: prod.server }],
  ])('reads the rest where it has %s', (_what, overrides, expected) => {
    expect(trimmed(overrides).kept).toMatchObject(expected);
  });

  it.each([
    ['annotations that are null', { annotations: null }],
    ['annotations that are a list', { annotations: ['true'] }],
    ['info that is null', { info: null }],
    ['info that is text', { info: 'x' }],
    ['a state that is null', { info: { connectionState: null } }],
    ['a count that is text', { info: { applicationsCount: 'many' } }],
  ])('takes %s for not told', (_what, overrides) => {
    const { kept } = trimmed(overrides);
    expect(kept).toMatchObject({ registeredName: 'prod', labels: prod.labels });
  });

  it.each([
    ['a word', 'yesterday'],
    ['a number', 7],
    ['null', null],
    ['10 kB', `2026-03-01T12:00:00.${'0'.repeat(10_000)}Z`],
  ])('keeps no moment that is %s', (_what, attemptedAt) => {
    expect(ofState({ attemptedAt }).attemptedAt).toBeUndefined();
  });

  it('cuts a message of 100 kB', () => {
    expect(ofState({ message: 'm'.repeat(100_000) }).message).toHaveLength(
      10_000,
    );
  });

  it.each([
    ['nothing', null, 'one without a name'],
    ['text', 'x', 'one without a name'],
    ['no server', { name: 'prod' }, 'prod'],
    ['a server that is a number', { name: 'prod', server: 7 }, 'prod'],
    [
      'a server of 10 kB',
      { server: `https://u:s3cret@${'x'.repeat(10_000)}` },
      'https://xxx',
    ],
    [
      'a name that is an object',
      { name: {}, server: 'https://x' },
      'https://x',
    ],
    ['a name of 10 kB', { ...prod, name: 'n'.repeat(10_000) }, 'nnn'],
  ])('refuses %s, and names it', (_what, cluster, name) => {
    expect(() => trimCluster(cluster as never)).toThrow(/^It/);
    expect(nameOfUnreadable(cluster)).toContain(name);
    expect(nameOfUnreadable(cluster)).not.toContain('s3cret');
    expect(nameOfUnreadable(cluster).length).toBeLessThan(300);
  });
});
