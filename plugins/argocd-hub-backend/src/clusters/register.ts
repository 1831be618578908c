import { InputError } from '@backstage/errors';
import type {
  ClusterRegistered,
  ClusterRegistration,
  PreflightCheck,
} from 'backstage-plugin-argocd-hub-common';
import { CodedError } from '../errors';
import type { ArgoClusterWrite } from '../hub/types';
import { Checklist } from './Checklist';
import { hubFailure } from './hubFailure';
import { isSameServer } from './hubChecks';
import { makeObjects, readToken, type MadeObject } from './makeObjects';
import { onboardingLabels, runPreflight, type Preflight } from './preflight';
import { createRedactor } from './spoke/redact';
import { SpokeClient } from './spoke/SpokeClient';
import { SpokeError } from './spoke/SpokeError';
import { titleOf } from './spoke/resources';
import type { OnboardingContext } from './types';
import { verifyAccount } from './verify';

type ReadyPreflight = Preflight & Required<Pick<Preflight, 'spoke' | 'pinned'>>;

/** What a failed check means to a caller. */
const CODES: Record<string, 'spoke-auth' | 'spoke-unreachable' | undefined> = {
  rights: 'spoke-auth',
  address: 'spoke-unreachable',
  connection: 'spoke-unreachable',
  tls: 'spoke-unreachable',
};

/**
 * Makes the account of the hub on the cluster and registers the cluster with the
 * hub, without the labels that would deploy something. Everything is checked
 * before anything is made, and a second run changes nothing.
 *
 * @throws InputError or CodedError in plain words, naming what was made so far
 */
export async function registerCluster(
  registration: ClusterRegistration,
  context: OnboardingContext,
): Promise<ClusterRegistered> {
  const preflight = await runPreflight(registration, context);
  try {
    assertReady(preflight);
    return await execute(registration, preflight, context);
  } finally {
    await preflight.close();
  }
}

async function execute(
  registration: ClusterRegistration,
  preflight: ReadyPreflight,
  context: OnboardingContext,
): Promise<ClusterRegistered> {
  const { spoke, server, steps, manifests, registered } = preflight;
  const made: MadeObject[] = [];
  const list = new Checklist();
  try {
    await makeObjects(spoke, steps, made, context.assertAlone);
    const token = await readToken(spoke, manifests.tokenSecret);
    await verify(registration, preflight, token, list);
    if (!registered) {
      await registerWithHub(
        toWrite(registration, preflight, token, context),
        context,
      );
    }
  } catch (error) {
    throw explain(error, made);
  }
  const changes = [
    ...made.map(({ action, object }) => `${titleOf(object)} ${action}`),
    ...(registered
      ? []
      : [`${registration.name} registered with hub ${context.hub}`]),
  ];
  return {
    hub: context.hub,
    name: registration.name,
    server,
    changed: changes.length > 0,
    changes,
    checks: [...preflight.checks, ...list.checks],
  };
}

async function verify(
  registration: ClusterRegistration,
  { access, pinned }: ReadyPreflight,
  token: string,
  list: Checklist,
): Promise<void> {
  const client = new SpokeClient({
    ...access,
    server: pinned,
    auth: { token },
  });
  try {
    const { preset = 'scoped', destinationNamespaces } = registration;
    await verifyAccount(client, { preset, destinationNamespaces }, list);
  } finally {
    await client.close();
  }
}

async function registerWithHub(
  cluster: ArgoClusterWrite,
  { client, hub, assertAlone }: OnboardingContext,
): Promise<void> {
  assertAlone?.();
  try {
    await client.createCluster(cluster);
  } catch (error) {
    // The hub calls the cluster meanwhile and may be slower than our patience.
    const clusters = await client.listClusters().catch(() => []);
    const isThere = clusters.some(
      each =>
        each.name === cluster.name && isSameServer(each.server, cluster.server),
    );
    if (!isThere) throw withoutToken(hubFailure(error, hub), cluster);
  }
}

/** A hub quotes what a cluster told it, and that may quote the token. */
function withoutToken(error: unknown, { config }: ArgoClusterWrite): unknown {
  if (!(error instanceof Error)) return error;
  error.message = createRedactor([config.bearerToken])(error.message);
  return error;
}

function toWrite(
  registration: ClusterRegistration,
  { server, access }: ReadyPreflight,
  token: string,
  { config }: OnboardingContext,
): ArgoClusterWrite {
  const { ca, serverName } = access;
  return {
    name: registration.name,
    server,
    labels: onboardingLabels(config),
    ...(registration.preset === 'namespaced' && {
      namespaces: registration.destinationNamespaces,
      clusterResources: false,
    }),
    config: {
      bearerToken: token,
      tlsClientConfig: {
        ...(ca && { caData: Buffer.from(ca).toString('base64') }),
        ...(serverName && { serverName }),
      },
    },
  };
}

function assertReady(
  preflight: Preflight,
): asserts preflight is ReadyPreflight {
  const { failed, spoke, pinned } = preflight;
  if (failed.length > 0 || !spoke || !pinned) throw preflightError(failed);
}

/** Nothing was made. The code tells which side has to be mended. */
function preflightError(failed: PreflightCheck[]): Error {
  const message = `Nothing was changed, because the preflight failed. ${failed
    .map(check => check.message)
    .join(' ')}`;
  const codes = failed.map(({ check }) => CODES[check]);
  const code =
    codes.find(each => each === 'spoke-auth') ??
    codes.find(each => each === 'spoke-unreachable');
  return code
    ? new CodedError({ name: 'InputError', code, message })
    : new InputError(message);
}

function explain(error: unknown, made: MadeObject[]): unknown {
  const failure = error instanceof SpokeError ? error.toCodedError() : error;
  if (!(failure instanceof Error) || made.length === 0) return failure;
  const names = made.map(({ object }) => titleOf(object)).join(', ');
  failure.message = `${failure.message} Made on the cluster before that: ${names}. The same request goes on from there.`;
  return failure;
}
