import type { Entity } from '@backstage/catalog-model';
import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalApiRef } from '@backstage/plugin-signals-react';
import type { RenderResult } from '@testing-library/react';
import { SIGNAL_CHANNEL } from 'backstage-plugin-argocd-hub-common';
import plugin from '../../src';
import { FakeBackend } from './backend';

export const agent: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'agent', namespace: 'default' },
  spec: { type: 'service' },
};

/** The entity of a cluster, as the catalog module makes it. */
export const prod: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Resource',
  metadata: {
    name: 'prod',
    namespace: 'default',
    annotations: { 'argocd-hub/hub': 'main', 'argocd-hub/cluster': 'prod' },
  },
  spec: { type: 'kubernetes-cluster', owner: 'platform' },
};

/** Signals of which the test decides when they come. */
export class FakeSignals {
  readonly #listeners = new Set<(message: never) => void>();

  subscribe(channel: string, listener: (message: never) => void) {
    if (channel === SIGNAL_CHANNEL) {
      this.#listeners.add(listener);
    }
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }

  get listening(): boolean {
    return this.#listeners.size > 0;
  }

  send(message: object) {
    this.#listeners.forEach(listener => listener(message as never));
  }
}

/** The tab of an entity as the new frontend system shows it, in front of a fake backend. */
export function renderTab(
  state: FakeBackend['state'],
  options: {
    mayAdd?: boolean;
    entity?: Entity;
    /** Of the app. Default: the permission framework is on. */
    config?: NonNullable<Parameters<typeof renderTestApp>[0]>['config'];
  } = {},
): { backend: FakeBackend; signals: FakeSignals; app: RenderResult } {
  const { mayAdd = true, entity = agent } = options;
  const { config = { permission: { enabled: true } } } = options;
  const backend = new FakeBackend(state);
  const signals = new FakeSignals();
  const app = renderTestApp({
    features: [plugin],
    config,
    extensions: [createTestEntityPage({ entity })],
    apis: [
      mockApis.fetch({ baseImplementation: backend.fetch }),
      mockApis.discovery({ baseUrl: 'http://backend' }),
      mockApis.permission({
        authorize: mayAdd ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
      }),
      [signalApiRef, signals],
    ],
  });
  return { app, backend, signals };
}
