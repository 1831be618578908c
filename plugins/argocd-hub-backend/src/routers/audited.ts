import type { AuditorService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import { withoutStatement } from '../store/databaseError';

type Event = Parameters<AuditorService['createEvent']>[0];

/**
 * Does what is to be audited: all of it, from the question whether the caller
 * may. So attempts that are refused are audited too, with the reason that the
 * caller is told, be the thing hidden or missing.
 *
 * @param event - with what can be told before the caller is known to be allowed
 * @param work - is given a way to tell more of what happens; nothing secret
 */
export async function audited<T>(
  auditor: AuditorService,
  event: Event,
  work: (note: (facts: JsonObject) => void) => Promise<T>,
): Promise<T> {
  const meta: JsonObject = {};
  const record = await auditor.createEvent(event);
  try {
    const answer = await work(facts => Object.assign(meta, facts));
    await record.success({ meta });
    return answer;
  } catch (error) {
    await record.fail({ meta, error: withoutStatement(error) });
    throw error;
  }
}
