import { amount, type Finding, targetText, verdictOf } from './Finding';

const HEAD = ['', 'measured', 'target', '', 'figures of this machine'];

/** The findings as text, one block per topic. */
export function table(findings: Finding[]): string {
  const rows = findings.map(finding => [
    finding.what,
    amount(finding.value, finding.unit),
    targetText(finding),
    verdictOf(finding),
    finding.detail ?? '',
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map(row => row[column].length)),
  );
  const line = (cells: string[]) =>
    `  ${cells
      .map((cell, column) =>
        column === 1 || column === 2
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column]),
      )
      .join('  ')}`.trimEnd();
  const lines = [line(HEAD)];
  findings.forEach(({ topic }, at) => {
    if (topic !== findings[at - 1]?.topic) lines.push('', topic);
    lines.push(line(rows[at]));
  });
  return `${lines.join('\n')}\n`;
}

/** How many targets were met, and which were not. */
export function summary(findings: Finding[]): string {
  const judged = findings.filter(({ target }) => target);
  const missed = judged.filter(finding => verdictOf(finding) === 'missed');
  const names = missed.map(
    finding =>
      `  missed: ${finding.topic}: ${finding.what}: ${amount(
        finding.value,
        finding.unit,
      )}, target ${targetText(finding)}`,
  );
  return [
    `${judged.length - missed.length} of ${judged.length} targets met`,
    ...names,
  ].join('\n');
}
