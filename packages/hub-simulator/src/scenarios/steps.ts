import type { Clock } from '../clock';
import type { ControlServer } from '../control/ControlServer';

/** A call of the control API that a scenario makes by itself. */
export interface Step {
  /** simulated seconds after the start */
  at: number;
  /** method and path, such as `POST /spokes/prod/break` */
  call: string;
  body?: Record<string, unknown>;
}

/**
 * Makes every step at its time, and reports on stderr what went wrong.
 *
 * @throws an Error when a step names a call that does not exist
 */
export function runSteps(
  steps: readonly Step[],
  { clock, control }: { clock: Clock; control: ControlServer },
): void {
  for (const { at, call, body } of steps) {
    const [method, path] = call.split(' ');
    if (!path || !control.knows(method, path)) {
      throw new Error(`the scenario's step at ${at} has no such call: ${call}`);
    }
    clock.after(at * 1000, () => {
      control.call(method, path, body).catch(error => {
        process.stderr.write(`step ${call} at ${at}: ${error.message}\n`);
      });
    });
  }
}
