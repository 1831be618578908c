import type { Store } from '../../../store/Store';
import type { SimulatedHub } from './SimulatedHub';

/**
 * For each application that is stored though the hub does not have it, what may
 * tell why: what the account of the product is answered, and what the mirror
 * knows of itself.
 */
export async function explainExtraRows(options: {
  hub: SimulatedHub;
  store: Store;
  /** Keys of such applications. */
  keys: string[];
  /** Who mirrors. */
  lease: object;
}): Promise<string[]> {
  const { hub, store, keys, lease } = options;
  const record = await store.hubs.get(hub.name);
  const listed = await hub.asAccount('/api/v1/applications');
  const names = (listed.body?.items ?? []).map(
    ({ metadata }: any) => `${metadata.namespace}/${metadata.name}`,
  );
  const rows = await Promise.all(
    keys.map(async key => {
      const [namespace, name] = key.split('/');
      const single = await hub.asAccount(
        `/api/v1/applications/${name}?appNamespace=${namespace}`,
      );
      const skipped = record?.skipped.find(
        one => `${one.namespace}/${one.name}` === key,
      );
      return `${key}: ${text({
        listedToAccount: names.includes(key),
        get: single.status,
        skipped: skipped?.reason,
      })}`;
    }),
  );
  const { facts, lastError } = record ?? {};
  const iso = (time?: number) => time && new Date(time).toISOString();
  return [
    ...rows,
    `hub ${hub.name} at ${new Date().toISOString()}: ${text({
      list: listed.status,
      startedAt: iso(facts?.startedAt),
      lastListAt: iso(facts?.lastListAt),
      lastStreamAt: iso(facts?.lastStreamAt),
      listIntervalMs: facts?.listIntervalMs,
      downSince: iso(facts?.downSince),
      lastError,
      lease,
    })}`,
  ];
}

function text(parts: object): string {
  return JSON.stringify(parts);
}
