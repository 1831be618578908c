import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { rowsOf, type Subject } from '../subjects/Subject';
import type { Service, World } from '../World';

const TRIES = 20;
const BETWEEN_MS = 500;

/**
 * Nothing is compared before all answer for the same applications with the same
 * states and revisions as the hub. @throws when they do not within some seconds
 */
export async function checkRows(
  world: World,
  service: Service,
  subjects: Subject[],
): Promise<void> {
  let problem = '';
  for (let turn = 0; turn < TRIES; turn += 1) {
    const { applications } = await world.read(service.name);
    const expected = rowsOf(applications);
    problem = '';
    for (const subject of subjects) {
      const rows = await subject.rows(service);
      const different = expected.find(
        (row, at) => !isDeepStrictEqual(row, rows[at]),
      );
      if (rows.length !== expected.length) {
        problem = `${subject.name} shows ${rows.length} rows of ${service.name}, the hub ${expected.length}`;
      } else if (different) {
        const at = expected.indexOf(different);
        problem = `${subject.name} shows ${JSON.stringify(
          rows[at],
        )}, the hub ${JSON.stringify(different)}`;
      }
    }
    if (!problem) return;
    await sleep(BETWEEN_MS);
  }
  throw new Error(`Nothing is compared: ${problem}`);
}
