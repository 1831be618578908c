import type { ApplicationRecord } from '../ApplicationStore';

/** What makes an application found by its labels, and by annotations that map. */
export function labelRows({
  id,
  record,
}: {
  id: number;
  record: Pick<ApplicationRecord, 'labels' | 'annotations'>;
}) {
  const rows = (origin: string, entries: Record<string, string>) =>
    Object.entries(entries).map(([key, value]) => ({
      application_id: id,
      origin,
      key,
      value,
    }));
  return [
    ...rows('label', record.labels),
    ...rows('annotation', record.annotations),
  ];
}
