import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { rounded } from '../measure/statistics';
import { type Finding, verdictOf } from './Finding';
import { summary, table } from './table';

/** What a run has found, in the order in which it was found. */
export class Report {
  failed = false;
  readonly #findings: Finding[] = [];
  readonly #notes: string[] = [];
  readonly #topics: string[] = [];

  add(...findings: Finding[]): void {
    for (const finding of findings) {
      if (!this.#topics.includes(finding.topic)) {
        this.#topics.push(finding.topic);
      }
      this.#findings.push(finding);
    }
  }

  /** Something that a reader of the numbers must know. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Says why numbers are missing. */
  fail(text: string): void {
    this.failed = true;
    this.note(text);
  }

  text(): string {
    const findings = this.#sorted();
    const notes = this.#notes.map(note => `note: ${note}`);
    return [table(findings), ...notes, summary(findings), ''].join('\n');
  }

  save(file: string, facts: object): void {
    const [{ model }] = cpus();
    const result = {
      at: new Date().toISOString(),
      ...facts,
      machine: {
        cores: cpus().length,
        model,
        memoryGb: Math.round(totalmem() / 2 ** 30),
        platform: `${process.platform}-${process.arch}`,
        node: process.version,
      },
      notes: this.#notes,
      findings: this.#sorted().map(finding => ({
        ...finding,
        value: Number.isFinite(finding.value) ? rounded(finding.value) : null,
        verdict: verdictOf(finding) || undefined,
      })),
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  }

  #sorted(): Finding[] {
    return this.#topics.flatMap(topic =>
      this.#findings.filter(finding => finding.topic === topic),
    );
  }
}
