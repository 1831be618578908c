import { forbiddenField, invalid, required, unsupported } from '../fieldErrors';
import type { FieldError } from '../fieldErrors';
import { badRequest } from '../status';
import type { ResourceCall } from './ResourceCall';

const META = 'meta.k8s.io';
const VALIDATIONS = ['Ignore', 'Strict', 'Warn'] as const;
const PROPAGATIONS = ['Foreground', 'Background', 'Orphan'] as const;
const LONGEST_MANAGER = 128;

/** How to write. */
export interface WriteOptions {
  dryRun: boolean;
  manager: string;
  /** an apply takes fields from their managers */
  force: boolean;
  /** what happens to unknown fields */
  validation: (typeof VALIDATIONS)[number];
}

/** How to delete. */
export interface DeleteOptions {
  dryRun: boolean;
  propagation: (typeof PROPAGATIONS)[number];
  /** seconds; undefined for what the kind has */
  grace?: number;
  preconditions: { uid?: string; resourceVersion?: string };
}

/** Throws 422 for options that make no sense. */
export function readWriteOptions(call: ResourceCall): WriteOptions {
  const { query, verb } = call;
  const isApply = call.contentType.startsWith('application/apply-patch');
  const dryRun = query.getAll('dryRun');
  const validation = query.get('fieldValidation') || 'Warn';
  const manager = query.get('fieldManager') ?? '';
  const errors = [
    ...checkDryRun(dryRun),
    ...checkOneOf('fieldValidation', validation, VALIDATIONS),
    ...(isApply && !manager
      ? [required('fieldManager', 'is required for apply patch')]
      : []),
    ...(verb === 'patch' && !isApply && query.has('force')
      ? [forbiddenField('force', 'may not be specified for non-apply patch')]
      : []),
  ];
  refuse(`${verb[0].toUpperCase()}${verb.slice(1)}Options`, errors);
  return {
    dryRun: dryRun.includes('All'),
    manager: manager || call.agent.slice(0, LONGEST_MANAGER),
    force: isTrue(query.get('force')),
    validation: validation as WriteOptions['validation'],
  };
}

/** From the body, or from the query where there is none. */
export function readDeleteOptions(call: ResourceCall): DeleteOptions {
  const { query } = call;
  const body = (call.body ?? {}) as {
    kind?: string;
    dryRun?: string | string[];
    propagationPolicy?: string;
    orphanDependents?: boolean;
    gracePeriodSeconds?: number;
    preconditions?: DeleteOptions['preconditions'];
  };
  if (body.kind && body.kind !== 'DeleteOptions') {
    throw badRequest(
      `the object provided is unrecognized (must be of type DeleteOptions): kind ${body.kind}`,
    );
  }
  const dryRun = [body.dryRun ?? query.getAll('dryRun')].flat();
  const orphans =
    body.orphanDependents ?? isTrue(query.get('orphanDependents'));
  const propagation =
    body.propagationPolicy ??
    query.get('propagationPolicy') ??
    (orphans ? 'Orphan' : 'Background');
  const grace = body.gracePeriodSeconds ?? query.get('gracePeriodSeconds');
  refuse('DeleteOptions', [
    ...checkDryRun(dryRun),
    ...checkOneOf('propagationPolicy', propagation, PROPAGATIONS),
  ]);
  return {
    dryRun: dryRun.includes('All'),
    propagation: propagation as DeleteOptions['propagation'],
    ...(grace !== null && grace !== undefined && { grace: seconds(grace) }),
    preconditions: body.preconditions ?? {},
  };
}

function seconds(value: number | string): number {
  const number = Number(value);
  if (Number.isInteger(number)) return Math.max(0, number);
  throw badRequest(`gracePeriodSeconds: ${value} is no whole number`);
}

export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

/** 422 about the options of a call, when anything is wrong with them. */
export function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length) throw invalid({ group: META, kind }, '', errors);
}

function checkDryRun(values: readonly string[]): FieldError[] {
  return values
    .filter(value => value !== 'All' && value !== '')
    .map(value => unsupported('dryRun', value, ['All']));
}

function checkOneOf(
  field: string,
  value: string,
  known: readonly string[],
): FieldError[] {
  return known.includes(value) ? [] : [unsupported(field, value, known)];
}
