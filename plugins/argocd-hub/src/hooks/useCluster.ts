import { useApi } from '@backstage/core-plugin-api';
import { useCallback, useMemo } from 'react';
import { argocdHubApiRef } from '../api/argocdHubApiRef';
import { type ClusterContent, ClusterPages } from './ClusterPages';
import { type Live, useLive } from './useLive';

/** Signals of a busy fleet come every second, and most are about other clusters. */
const MIN_GAP_MS = 3_000;

export interface LiveCluster extends Live<ClusterContent> {
  /** Reads one page more, and keeps it up to date like the others. */
  more(): void;
}

/** Signals name entities, in keys that only these can tell: any may be about what runs here. */
const concerns = () => true;

/** A cluster and what runs there, kept up to date. */
export function useCluster(hub: string, name: string): LiveCluster {
  const api = useApi(argocdHubApiRef);
  const pages = useMemo(
    () => new ClusterPages(api, { hub, name }),
    [api, hub, name],
  );
  const live = useLive(pages.load, { concerns, minGapMs: MIN_GAP_MS });
  const { retry } = live;
  const more = useCallback(() => {
    pages.wantMore();
    retry();
  }, [pages, retry]);
  return { ...live, more };
}
