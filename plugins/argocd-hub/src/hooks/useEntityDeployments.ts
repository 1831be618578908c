import { useApi } from '@backstage/core-plugin-api';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useCallback, useMemo } from 'react';
import { argocdHubApiRef } from '../api/argocdHubApiRef';
import { EntityPages } from './EntityPages';
import { type Live, useLive } from './useLive';

export interface LiveDeployments extends Live<EntityDeployments> {
  /** Reads one page more, and keeps it up to date like the others. */
  more(): void;
}

/** Until the first answer tells the key, a signal may be about anybody. */
function concerns(changeKeys: string[], data: EntityDeployments | undefined) {
  return !data || changeKeys.includes(data.changeKey);
}

/** The deployments of an entity, kept up to date; their first page, and more as they are wanted. */
export function useEntityDeployments(entityRef: string): LiveDeployments {
  const api = useApi(argocdHubApiRef);
  const pages = useMemo(
    () => new EntityPages(api, entityRef),
    [api, entityRef],
  );
  const live = useLive(pages.load, { concerns });
  const { retry } = live;
  const more = useCallback(() => {
    pages.wantMore();
    retry();
  }, [pages, retry]);
  return { ...live, more };
}
