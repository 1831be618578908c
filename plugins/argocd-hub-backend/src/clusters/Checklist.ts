import type { PreflightCheck } from 'backstage-plugin-argocd-hub-common';

/** What a preflight found, in the order in which it looked. */
export class Checklist {
  readonly checks: PreflightCheck[] = [];

  pass(check: string, message: string): void {
    this.checks.push({ check, result: 'passed', message });
  }

  warn(check: string, message: string): void {
    this.checks.push({ check, result: 'warning', message });
  }

  fail(check: string, message: string): void {
    this.checks.push({ check, result: 'failed', message });
  }

  get failed(): PreflightCheck[] {
    return this.checks.filter(({ result }) => result === 'failed');
  }
}
