import {
  ArgocdHubClient,
  type EntityDeployments,
} from 'backstage-plugin-argocd-hub-common';

/** Answers with one state; only what the tab asks for is there. */
export class FakeClient extends ArgocdHubClient {
  readonly #state: () => EntityDeployments | Error | undefined;

  constructor(state: () => EntityDeployments | Error | undefined) {
    super({
      discoveryApi: {
        getBaseUrl: async () => {
          throw new Error('There is no backend behind the fake client');
        },
      },
    });
    this.#state = state;
  }

  async getEntityDeployments(
    _entityRef: string,
    options: { ifVersion?: string } = {},
  ): Promise<EntityDeployments | undefined> {
    const state = this.#state();
    if (state instanceof Error) {
      throw state;
    }
    if (!state) {
      return new Promise(() => {});
    }
    return options.ifVersion === state.version ? undefined : state;
  }
}
