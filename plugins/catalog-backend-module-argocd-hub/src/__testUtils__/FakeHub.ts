import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import type {
  ClusterSummary,
  HubDetails,
  Placement,
} from 'backstage-plugin-argocd-hub-common';
import express, { Router } from 'express';

/** What the backend of Argo CD Hub would answer; changed by tests. */
export interface HubAnswers {
  /** False: every route answers 503. */
  up: boolean;
  trustworthy: boolean;
  settled: string[];
  placements: Placement[];
  /** Of the hub `main`. */
  clusters: ClusterSummary[];
  /** Of the hub `edge`. */
  edgeClusters: ClusterSummary[];
  /** Of the hub `main`. */
  complete: boolean;
  freshness: HubDetails['freshness'];
  skippedClusters: HubDetails['skippedClusters'];
  skippedClusterCount: number;
}

export function cluster(
  name: string,
  overrides: Partial<ClusterSummary> = {},
): ClusterSummary {
  return {
    hub: 'main',
    name,
    server: `https://${name}.example.com`,
    entityRef: `resource:default/${name}`,
    environment: name,
    labels: { env: name },
    applications: 1,
    verdict: {
      reachability: 'reachable',
      since: '2026-01-01T00:00:00Z',
      evidence: [],
    },
    ...overrides,
  };
}

export function placement(name: string, ...clusters: string[]): Placement {
  return {
    entityRef: `component:default/${name}`,
    clusters,
    environments: clusters,
  };
}

/** A plugin that answers like the backend of Argo CD Hub, and counts how often. */
export class FakeHub {
  readonly answers: HubAnswers;
  requests = 0;

  constructor(answers: Partial<HubAnswers>) {
    this.answers = {
      ...{ up: true, trustworthy: true, settled: [], placements: [] },
      ...{ clusters: [], edgeClusters: [], complete: true, freshness: 'live' },
      ...{ skippedClusters: [], skippedClusterCount: 0 },
      ...answers,
    };
  }

  plugin() {
    const router = this.#router();
    return createBackendPlugin({
      pluginId: 'argocd-hub',
      register(env) {
        env.registerInit({
          deps: { httpRouter: coreServices.httpRouter },
          async init({ httpRouter }) {
            httpRouter.use(router);
          },
        });
      },
    });
  }

  #router(): Router {
    const { answers } = this;
    const router = Router();
    router.use(express.json());
    router.use((_, response, next) => {
      this.requests += 1;
      if (answers.up) next();
      else response.status(503).json({ error: { name: 'Down', message: '' } });
    });
    router.get('/hubs', (_, response) => {
      response.json({ items: this.#hubs() });
    });
    router.get('/clusters', ({ query }, response) => {
      response.json({ items: this.#clustersOf(String(query.hub)) });
    });
    router.get('/placements', (_, response) => {
      const { trustworthy, settled, placements: items } = answers;
      response.json({
        ...{ cursor: 'a.1', complete: true, trustworthy, items },
        ...(!trustworthy && { settled }),
      });
    });
    return router;
  }

  #hubs(): Partial<HubDetails>[] {
    const { complete, freshness, skippedClusters, skippedClusterCount } =
      this.answers;
    const nameConflicts = this.#conflicts();
    return [
      {
        ...{ name: 'main', complete, freshness, nameConflicts },
        ...{ skippedClusters, skippedClusterCount },
      },
      {
        ...{ name: 'edge', complete: true, freshness: 'live', nameConflicts },
        ...{ skippedClusters: [], skippedClusterCount: 0 },
      },
    ];
  }

  #clustersOf(hub: string): ClusterSummary[] {
    const { clusters, edgeClusters } = this.answers;
    return hub === 'main'
      ? clusters
      : edgeClusters.map(one => ({ ...one, hub }));
  }

  #conflicts(): HubDetails['nameConflicts'] {
    const all = [...this.#clustersOf('edge'), ...this.#clustersOf('main')];
    return [...new Set(all.map(({ entityRef }) => entityRef!))]
      .map(entityRef => ({
        entityRef,
        clusters: all
          .filter(one => one.entityRef === entityRef)
          .map(({ hub, name }) => ({ hub, name })),
      }))
      .filter(conflict => conflict.clusters.length > 1);
  }
}
