import type { View } from '../measure/View';
import type { Service } from '../World';
import type { Backend } from './startBackend';

/** What a row says of an application, in the words of the hub. */
export interface Row {
  name: string;
  sync: string;
  health: string;
  revision: string;
}

/** A backend that can show a service. */
export interface Subject extends Backend {
  name: string;
  /** the rows that its page would show, by name of the application */
  rows(service: Service): Promise<Row[]>;
}

/** An incumbent, whose pages differ in what they ask. */
export interface Incumbent extends Subject {
  views(service: Service): { fair: View; worst: View; others: View[] };
}

/** What a list of the hub says, in rows. */
export function rowsOf(applications: Service['applications']): Row[] {
  return applications
    .map(({ metadata, status }) => ({
      name: metadata.name,
      sync: status.sync.status,
      health: status.health.status,
      revision: status.sync.revision ?? status.sync.revisions?.[0] ?? '',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
