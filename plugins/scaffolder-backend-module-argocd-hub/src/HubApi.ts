import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import {
  ArgocdHubClient,
  PLUGIN_ID,
  type ArgocdHubApi,
  type RequestOptions,
} from 'backstage-plugin-argocd-hub-common';
import { explainFailure } from './explainFailure';

/** Tokens live longer than this; a waiting task asks for a new one in time. */
const TOKEN_MS = 5 * 60_000;

/** A task as far as calls are made for it. */
export interface Caller {
  getInitiatorCredentials(): Promise<BackstageCredentials>;
  signal?: AbortSignal;
}

/** Calls the routes of Argo CD Hub for whoever started the task. */
export class HubApi {
  readonly #client: ArgocdHubApi;
  readonly #auth: AuthService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#client = new ArgocdHubClient({ discoveryApi: options.discovery });
  }

  /**
   * Makes a function that calls with the rights of the task's initiator, so that
   * permissions and audit are theirs.
   */
  as(caller: Caller) {
    let token: { value: string; at: number } | undefined;
    return async <T>(
      call: (client: ArgocdHubApi, options: RequestOptions) => Promise<T>,
    ): Promise<T> => {
      if (!token || Date.now() - token.at > TOKEN_MS) {
        const { token: value } = await this.#auth.getPluginRequestToken({
          onBehalfOf: await caller.getInitiatorCredentials(),
          targetPluginId: PLUGIN_ID,
        });
        token = { value, at: Date.now() };
      }
      try {
        return await call(this.#client, {
          token: token.value,
          signal: caller.signal,
        });
      } catch (error) {
        throw explainFailure(error);
      }
    };
  }
}
