import {
  isLabelKey,
  isLabelValue,
  type RuleRefusal,
} from 'backstage-plugin-argocd-hub-common';
import type { LabelTerm } from '../store/ApplicationStore';

const SET = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^!=\s]+)\s*(!=|==|=)\s*(\S*)$/;
const MAX_LENGTH = 2000;
/** Each is a question to the database, and an explanation asks without each of them. */
const MAX_TERMS = 20;

/** A selector that is not followed, and why. */
export class SelectorError extends Error {
  readonly refusal: RuleRefusal;

  constructor(refusal: RuleRefusal) {
    super(`The label selector is refused: ${refusal.code}`);
    this.name = 'SelectorError';
    this.refusal = refusal;
  }
}

/**
 * Reads a Kubernetes label selector: `a=b`, `a!=b`, `a in (b,c)`,
 * `a notin (b)`, `a`, `!a`, joined by commas.
 *
 * @throws SelectorError naming the term that cannot be read, or what there is too much of.
 */
export function parseSelector(text: string): LabelTerm[] {
  if (text.length > MAX_LENGTH) {
    throw new SelectorError({ code: 'too-long', limit: MAX_LENGTH });
  }
  const terms = splitTerms(text);
  if (terms.length > MAX_TERMS) {
    throw new SelectorError({ code: 'too-many-terms', limit: MAX_TERMS });
  }
  return terms.map(parseTerm);
}

/**
 * Reads a selector of which some labels must have given values.
 *
 * @throws SelectorError also where none must: that would take nearly everything, which is a mistake or worse.
 */
export function parseNarrowSelector(text: string): LabelTerm[] {
  const terms = parseSelector(text);
  if (!isNarrow(terms)) {
    throw new SelectorError({ code: 'too-wide' });
  }
  return terms;
}

/** Whether some labels must have given values. */
export function isNarrow(terms: LabelTerm[]): boolean {
  return terms.some(term => term.operator === 'in');
}

/** As Kubernetes has it, `notin` is also true where the label is missing. */
export function matchesLabels(
  terms: LabelTerm[],
  labels: Record<string, string>,
): boolean {
  return terms.every(term => {
    const value = Object.hasOwn(labels, term.key)
      ? labels[term.key]
      : undefined;
    switch (term.operator) {
      case 'in':
        return value !== undefined && term.values.includes(value);
      case 'notin':
        return value === undefined || !term.values.includes(value);
      case 'exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** Commas also part the values of a set, so only those outside count. */
function splitTerms(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/)
    .map(term => term.trim())
    .filter((term, _, all) => term !== '' || all.length > 1);
}

function parseTerm(term: string): LabelTerm {
  const set = SET.exec(term);
  if (set) {
    const values = set[3].split(',').map(value => value.trim());
    return checked(term, {
      key: set[1],
      operator: set[2] as 'in' | 'notin',
      values,
    });
  }
  const equality = EQUALITY.exec(term);
  if (equality) {
    const operator = equality[2] === '!=' ? 'notin' : 'in';
    return checked(term, { key: equality[1], operator, values: [equality[3]] });
  }
  if (term.startsWith('!')) {
    return checked(term, {
      key: term.slice(1).trim(),
      operator: 'not-exists',
    });
  }
  return checked(term, { key: term, operator: 'exists' });
}

function checked(text: string, term: LabelTerm): LabelTerm {
  const values = 'values' in term ? term.values : [];
  if (!isLabelKey(term.key) || !values.every(isLabelValue)) {
    throw new SelectorError({ code: 'bad-selector', term: text });
  }
  return term;
}
