import limiterFactory from 'p-limit';
import type { Checklist } from './Checklist';
import { compareObject, replacement, type ObjectStep } from './compare';
import type { SpokeManifests } from './manifests';
import {
  describeAccess,
  readRequirements,
  writeRequirements,
} from './requirements';
import type { SpokeClient } from './spoke/SpokeClient';
import { SpokeError } from './spoke/SpokeError';
import { titleOf } from './spoke/resources';
import type { AccessRequest, KubeObject } from './spoke/types';

/** Token Secrets, which are made here, are filled as asked for since then. */
const OLDEST = { major: 1, minor: 24 };
const AT_ONCE = 4;
/** Most missing rights that are named; the count tells of the others. */
const NAMED = 6;

export interface SpokeFindings {
  kubernetesVersion?: string;
  /** What has to be done; empty where the cluster could not be asked. */
  steps: ObjectStep[];
}

/**
 * Checks a cluster without changing it: TLS, version, the rights of the
 * credential and, by a dry run, each object that would be made.
 *
 * Stops at the first check that makes the next ones meaningless.
 */
export async function checkSpoke(
  spoke: SpokeClient,
  manifests: SpokeManifests,
  list: Checklist,
): Promise<SpokeFindings> {
  const findings: SpokeFindings = { steps: [] };
  try {
    findings.kubernetesVersion = await spoke.version();
    list.pass('tls', `${spoke.server} answers with a certificate that fits.`);
    checkVersion(findings.kubernetesVersion, list);
    const readable = await checkRights(
      spoke,
      readRequirements(manifests.objects),
      list,
    );
    if (!readable) return findings;
    findings.steps = await compareAll(spoke, manifests.objects);
    if (!checkOwnership(findings.steps, list)) return findings;
    const allowed = await checkRights(
      spoke,
      writeRequirements(findings.steps),
      list,
    );
    if (!allowed) return findings;
    list.pass('rights', 'The credential may do everything that is needed.');
    await checkDryRun(spoke, findings.steps, list);
  } catch (error) {
    if (!(error instanceof SpokeError)) throw error;
    list.fail(checkOf(error), error.message);
  }
  return findings;
}

function checkOf({ reason }: SpokeError): string {
  if (reason === 'tls') return 'tls';
  return reason === 'auth' ? 'rights' : 'connection';
}

function checkVersion(version: string, list: Checklist): void {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld =
    Number(major) < OLDEST.major ||
    (Number(major) === OLDEST.major && Number(minor) < OLDEST.minor);
  if (isOld) {
    list.fail(
      'version',
      `Kubernetes ${version} is too old; ${OLDEST.major}.${OLDEST.minor} or later is needed.`,
    );
  } else {
    list.pass('version', `Kubernetes ${version} is supported.`);
  }
}

async function checkRights(
  spoke: SpokeClient,
  requirements: AccessRequest[],
  list: Checklist,
): Promise<boolean> {
  const limiter = limiterFactory(AT_ONCE);
  const answers = await Promise.all(
    requirements.map(access =>
      limiter(async () => ({ access, allowed: await spoke.canI(access) })),
    ),
  );
  const missing = [
    ...new Set(
      answers
        .filter(({ allowed }) => !allowed)
        .map(({ access }) => describeAccess(access)),
    ),
  ];
  if (missing.length === 0) return true;
  const more = missing.length - NAMED;
  list.fail(
    'rights',
    `The credential has too few rights on the cluster. It may not: ${missing
      .slice(0, NAMED)
      .join(', ')}${
      more > 0 ? ` and ${more} more` : ''
    }. Use one that is bound to cluster-admin; Argo CD Hub does not keep it.`,
  );
  return false;
}

async function compareAll(
  spoke: SpokeClient,
  objects: KubeObject[],
): Promise<ObjectStep[]> {
  const limiter = limiterFactory(AT_ONCE);
  return Promise.all(
    objects.map(object =>
      limiter(async () => compareObject(object, await spoke.get(object))),
    ),
  );
}

function checkOwnership(steps: ObjectStep[], list: Checklist): boolean {
  const refused = steps.filter(step => step.action === 'refuse');
  for (const step of refused) {
    list.fail('objects', `${titleOf(step.planned)} ${step.why}.`);
  }
  return refused.length === 0;
}

async function checkDryRun(
  spoke: SpokeClient,
  steps: ObjectStep[],
  list: Checklist,
): Promise<void> {
  const toCreate = steps
    .filter(step => step.action === 'create')
    .map(({ planned }) => planned);
  const refusals: string[] = [];
  let tried = 0;
  let untried = 0;
  for (const step of steps) {
    if (step.action === 'keep' || step.action === 'refuse') continue;
    if (isInMissingNamespace(step.planned, toCreate)) {
      untried += 1;
      continue;
    }
    const refusal = await dryRun(spoke, step, toCreate);
    if (refusal) refusals.push(`${titleOf(step.planned)}: ${refusal}`);
    tried += 1;
  }
  if (refusals.length > 0) {
    list.fail('dry-run', `The cluster would refuse ${refusals.join('; ')}`);
    return;
  }
  list.pass('dry-run', dryRunWords(tried, untried));
}

function dryRunWords(tried: number, untried: number): string {
  if (tried + untried === 0) return 'Everything is there as planned.';
  const rest =
    untried > 0
      ? ` ${untried} more lie in namespaces that do not exist yet, so their rights were checked instead.`
      : '';
  return `The cluster would accept all ${tried} objects that it can judge now (dry run).${rest}`;
}

/** A cluster answers such a dry run with "not found", whatever else it thinks. */
function isInMissingNamespace(object: KubeObject, toCreate: KubeObject[]) {
  const { namespace } = object.metadata;
  return toCreate.some(
    each => each.kind === 'Namespace' && each.metadata.name === namespace,
  );
}

async function dryRun(
  spoke: SpokeClient,
  step: ObjectStep & { action: 'create' | 'replace' },
  toCreate: KubeObject[],
): Promise<string | undefined> {
  try {
    if (step.action === 'create') {
      await spoke.create(step.planned, { dryRun: true });
    } else {
      const object = replacement(step.planned, step.current);
      await spoke.replace(object, { dryRun: true });
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof SpokeError) || error.status === undefined) {
      throw error;
    }
    const namesMissingRole =
      error.status === 404 && bindsOneOf(step.planned, toCreate);
    return namesMissingRole ? undefined : error.message;
  }
}

/** A binding cannot be judged before its role is there. */
function bindsOneOf(binding: KubeObject, toCreate: KubeObject[]): boolean {
  const role = binding.roleRef as { kind: string; name: string } | undefined;
  return toCreate.some(
    ({ kind, metadata }) => kind === role?.kind && metadata.name === role.name,
  );
}
