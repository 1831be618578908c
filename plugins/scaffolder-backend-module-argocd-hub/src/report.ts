import type { LoggerService } from '@backstage/backend-plugin-api';
import type { PreflightCheck } from 'backstage-plugin-argocd-hub-common';

const SIGNS = { passed: '✓', warning: '!', failed: '✗' };

/** Writes what a preflight found into the task log. */
export function reportChecks(
  checks: PreflightCheck[],
  logger: LoggerService,
): void {
  for (const { check, result, message } of checks) {
    const line = `${SIGNS[result]} ${check}: ${message}`;
    if (result === 'passed') logger.info(line);
    else if (result === 'warning') logger.warn(line);
    else logger.error(line);
  }
}
