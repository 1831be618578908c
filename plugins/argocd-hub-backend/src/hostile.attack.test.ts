import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Deployment } from 'backstage-plugin-argocd-hub-common';
import { type RunningSimulator, startSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import request from 'supertest';
import { HubProxy } from './mirror/__testUtils__/HubProxy';
import { until } from './mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from './plugin';

jest.setTimeout(120_000);

const BASE = '/api/argocd-hub';
const HTML = '<img src=x onerror=alert(1)><script>alert(1)</script>';
const TURNED = 'txt.\u202egnp\u202c \u2067x\u2069 \u200f\u061c';
const CONTROLS = '\u0000\u0007\u001b[31mred\u001b[0m\u0085\u009b2J';
/** Apart, as a linter takes it for code of ours. */
const SCRIPT = ['javascript', 'alert(1)'].join(':');
const LONG = 'm'.repeat(1024 * 1024);
const EVIL = `${HTML}${TURNED}${CONTROLS}`;
/** What no answer may hold, whoever wrote it: it would show people something else. */
const UNSEEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const DANGEROUS_LINKS = [
  SCRIPT,
  SCRIPT.replace('java', 'JaVa'),
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  SCRIPT.replace(':', '://example.com/%0a'),
  'Title|javascript:alert(1)',
  'https://example.com|javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/1',
  'view-source:https://example.com',
  '//evil.example.com',
  'https://',
  'ftp://example.com/x',
];

const AGENT: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'agent',
    annotations: { 'argocd-hub/applicationset': 'agent-multi-cluster' },
  },
};

/** An application that somebody wrote who wishes us ill. */
function spoil(application: any): void {
  if (application?.metadata?.name !== 'agent-prod') return;
  const { metadata } = application;
  const spec = (application.spec ??= {});
  const status = (application.status ??= {});
  const polluting = JSON.parse(
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
  );
  metadata.labels = { ...polluting, evil: HTML, [HTML]: 'x', long: LONG };
  metadata.annotations = {
    ...polluting,
    'link.argocd.argoproj.io/external-link': SCRIPT,
    'backstage.io/entity-ref': `component:default/${HTML}`,
  };
  spec.project = EVIL;
  spec.source = {
    ...spec.source,
    repoURL: `https://git:s3cr3t-of-git@git.example.com/${EVIL}`,
    targetRevision: EVIL,
  };
  status.sync = { ...status.sync, revision: EVIL };
  status.summary = {
    images: [EVIL, LONG],
    externalURLs: [
      ...DANGEROUS_LINKS,
      'https://user:s3cr3t-of-a-link@example.com/a',
      'https://example.com/b?token=s3cr3t-of-a-query',
      'Shop|https://example.com/c',
    ],
  };
  status.conditions = [
    { type: EVIL, message: EVIL, lastTransitionTime: EVIL },
    { type: 'SyncError', message: LONG },
    { type: '__proto__', message: 'constructor' },
  ];
  status.operationState = {
    phase: 'Failed',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: EVIL,
    message: `${EVIL}${LONG}`,
    operation: { initiatedBy: { username: EVIL } },
  };
}

describe('an application that wishes us ill', () => {
  let simulator: RunningSimulator;
  let proxy: HubProxy;
  let knex: Knex;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  const get = (path: string) =>
    request(backend.server).get(`${BASE}${path}`).expect(200);
  const ENTITY = '/entities/component/default/agent/deployments';
  const row = async (): Promise<Deployment> =>
    (await get(ENTITY)).body.deployments.find(
      ({ name }: Deployment) => name === 'agent-prod',
    );

  beforeAll(async () => {
    simulator = await startSimulator();
    proxy = await HubProxy.start(simulator.hub.url);
    proxy.rewrite(/v1\/applications$/, body => body.items?.forEach(spoil));
    proxy.rewrite(/v1\/applications\/[^/]+$/, body => spoil(body));
    proxy.rewrite(/stream\/applications$/, body =>
      spoil(body.result?.application),
    );
    knex = createKnex({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    const { url, token } = { ...simulator.hub, url: proxy.url };
    backend = await startTestBackend({
      features: [
        argocdHubPlugin,
        mockServices.database.factory({ knex }),
        catalogServiceMock.factory({ entities: [AGENT] }),
        mockServices.rootConfig.factory({
          data: { argocdHub: { hubs: [{ name: 'main', url, token }] } },
        }),
      ],
    });
    await until(async () => (await get('/hubs')).body.items[0].complete);
    await until(async () => (await row())?.conditions.length);
  });

  afterAll(async () => {
    await backend.stop();
    await proxy.stop();
    await simulator.stop();
    await knex.destroy();
  });

  it('brings no link that runs something or logs somebody in', async () => {
    const { links } = await row();
    expect(links.external).toEqual([
      'https://example.com/a',
      'https://example.com/b?token=',
      'https://example.com/c',
    ]);
    expect(links.argocd).toBe(`${proxy.url}/applications/argocd/agent-prod`);
  });

  it.each([ENTITY, '/deployments', '/clusters', '/hubs'])(
    'is told as plain data at %s, cut, and as JSON',
    async path => {
      const { text, headers } = await get(path);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(text.length).toBeLessThan(40_000);
      expect(text).not.toMatch(/s3cr3t|javascript:|polluted/);
      expect(({} as any).polluted).toBeUndefined();
      const shown: string[] = [];
      JSON.parse(text, (key, value) => {
        shown.push(key, String(value));
        return value;
      });
      expect(shown.filter(part => UNSEEN.test(part))).toEqual([]);
    },
  );

  it('leaves its neighbours as they are', async () => {
    await until(async () => {
      const { deployments } = (await get(ENTITY)).body;
      return deployments
        .filter(({ name }: Deployment) => name !== 'agent-prod')
        .every(({ health }: Deployment) => health.status === 'Healthy');
    });
    expect(await row()).toMatchObject({ name: 'agent-prod' });
  });
});
