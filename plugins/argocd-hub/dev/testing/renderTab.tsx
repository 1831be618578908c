import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalApiRef } from '@backstage/plugin-signals-react';
import type { RenderResult } from '@testing-library/react';
import { SIGNAL_CHANNEL } from 'backstage-plugin-argocd-hub-common';
import plugin from '../../src';
import { FakeBackend } from './backend';

export const agent = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'agent', namespace: 'default' },
  spec: { type: 'service' },
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

/** The tab as the new frontend system shows it, in front of a fake backend. */
export function renderTab(
  state: FakeBackend['state'],
  options: { mayAdd?: boolean; entity?: typeof agent } = {},
): { backend: FakeBackend; signals: FakeSignals; app: RenderResult } {
  const { mayAdd = true, entity = agent } = options;
  const backend = new FakeBackend(state);
  const signals = new FakeSignals();
  const app = renderTestApp({
    features: [plugin],
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
