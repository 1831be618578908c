import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import type { HubFreshness } from 'backstage-plugin-argocd-hub-common/status';
import type { HubConfig } from '../config';
import type { HubRecord } from '../store/HubStore';

/** What is said of a hub; one that was never reached has no record. */
export function hubStatus(options: {
  config: HubConfig;
  record: HubRecord | undefined;
  freshness: HubFreshness;
}): HubStatus {
  const { config, record, freshness } = options;
  return {
    name: config.name,
    title: config.title,
    uiUrl: config.uiUrl,
    ...freshness,
    complete: record?.complete ?? false,
    ...(record?.version && { version: record.version }),
    applications: record?.applications ?? 0,
    clusters: record?.clusters ?? 0,
    skipped: record?.skippedCount ?? record?.skipped.length ?? 0,
    ...(record?.lastError && { lastError: briefly(record.lastError) }),
  };
}

/** Whoever may see a deployment learns what kind of error it was; its words are for operators. */
function briefly({
  class: kind,
  at,
}: NonNullable<HubRecord['lastError']>): HubStatus['lastError'] {
  return { class: kind, at };
}
