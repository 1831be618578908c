import { mockServices } from '@backstage/backend-test-utils';
import type { AuditorService } from '@backstage/backend-plugin-api';

type Event = Omit<Parameters<AuditorService['createEvent']>[0], 'request'>;

/** What the auditor was told, without the requests. */
export class AuditLog {
  readonly entries: (Event & { end?: 'success' | 'failure'; error?: Error })[] =
    [];

  readonly factory = mockServices.auditor.mock({
    createEvent: async ({ request: _request, ...event }) => {
      const entry: AuditLog['entries'][number] = { ...event };
      this.entries.push(entry);
      return {
        success: async ({ meta } = {}) => {
          entry.end = 'success';
          entry.meta = { ...entry.meta, ...meta };
        },
        fail: async ({ meta, error }) => {
          entry.end = 'failure';
          entry.meta = { ...entry.meta, ...meta };
          entry.error = error;
        },
      };
    },
  }).factory;
}
