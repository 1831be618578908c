import type {
  ClusterRegistration,
  PreflightCheck,
} from 'backstage-plugin-argocd-hub-common';
import type { ArgoCluster } from '../hub/types';
import type { PinnedServer } from './addressPolicy';
import {
  registrationRadius,
  reportRadius,
  type RegistrationRadius,
} from './blastRadius/registration';
import { Checklist } from './Checklist';
import { readCredential } from './credential';
import { checkHub } from './hubChecks';
import { hubFailure } from './hubFailure';
import type { SpokeAccess } from './kubeconfig';
import {
  createManifests,
  DEFAULT_NAMESPACE,
  type SpokeManifests,
} from './manifests';
import { checkRequest } from './requestChecks';
import { SpokeClient } from './spoke/SpokeClient';
import { SpokeError } from './spoke/SpokeError';
import { checkSpoke, type SpokeFindings } from './spokeChecks';
import type { OnboardingContext } from './types';

/** Everything that was found before anything is changed. */
export interface Preflight extends SpokeFindings {
  /** As it is registered. */
  server: string;
  access: SpokeAccess;
  manifests: SpokeManifests;
  checks: PreflightCheck[];
  failed: PreflightCheck[];
  /** The hub's entry, where the cluster is registered already. */
  registered?: ArgoCluster;
  /** Open until `close` is called; absent where the address was refused. */
  spoke?: SpokeClient;
  pinned?: PinnedServer;
  radius: RegistrationRadius;
  close(): Promise<void>;
}

/**
 * Looks at the request, the hub and the cluster. Writes nothing; a dry run is the
 * most that the cluster is asked.
 *
 * @throws InputError when the kubeconfig itself is not usable, CodedError when the hub is not
 */
export async function runPreflight(
  registration: ClusterRegistration,
  context: OnboardingContext,
): Promise<Preflight> {
  const { client, config } = context;
  const access = await readCredential(
    registration.credential,
    config.onboarding.credentials,
  );
  const list = new Checklist();
  checkRequest(registration, config, list);
  const pinned = await checkAddress(access.server, context, list);
  const server = pinned?.url ?? access.server;
  const { clusters, sets } = await askHub(context);
  const registered = checkHub(
    clusters,
    { name: registration.name, server },
    list,
  );
  const manifests = createManifests({
    hub: context.hub,
    preset: registration.preset ?? 'scoped',
    namespace: registration.serviceAccountNamespace ?? DEFAULT_NAMESPACE,
    destinationNamespaces: registration.destinationNamespaces,
  });
  const spoke = pinned && new SpokeClient({ ...access, server: pinned });
  try {
    const isSound = !list.failed.some(({ check }) => check === 'namespaces');
    const findings =
      spoke && isSound
        ? await checkSpoke(spoke, manifests, list)
        : { steps: [] };
    checkKnownCredential(registered, findings, manifests, list);
    const radius = await registrationRadius(client, sets, {
      name: registration.name,
      server,
      current: registered && (registered.labels ?? {}),
      first: onboardingLabels(config),
      last: finalLabels(registration.labels, config),
    });
    reportRadius(radius, list);
    return {
      ...findings,
      radius,
      server,
      access,
      manifests,
      registered,
      pinned,
      spoke,
      checks: list.checks,
      failed: list.failed,
      close: async () => spoke?.close(),
    };
  } catch (error) {
    await spoke?.close();
    throw error;
  }
}

/** The labels that a cluster gets last; `lifecycle` opens every gate that asks for it. */
export function finalLabels(
  labels: Record<string, string>,
  config: OnboardingContext['config'],
): Record<string, string> {
  return { [config.clusterLabels.lifecycle]: 'active', ...labels };
}

/** The one label with which a cluster is registered. */
export function onboardingLabels(
  config: OnboardingContext['config'],
): Record<string, string> {
  return { [config.clusterLabels.lifecycle]: 'onboarding' };
}

async function checkAddress(
  server: string,
  { policy }: OnboardingContext,
  list: Checklist,
): Promise<PinnedServer | undefined> {
  try {
    const pinned = await policy.check(server);
    list.pass('address', `${pinned.url} may be onboarded.`);
    return pinned;
  } catch (error) {
    if (!(error instanceof SpokeError)) throw error;
    list.fail('address', error.message);
    return undefined;
  }
}

async function askHub({ client, hub }: OnboardingContext) {
  try {
    const [clusters, sets] = await Promise.all([
      client.listClusters(),
      client.listApplicationSets(),
    ]);
    return { clusters, sets };
  } catch (error) {
    throw hubFailure(error, hub);
  }
}

/**
 * The hub never shows a credential, so one that was made elsewhere cannot be
 * compared, and one whose token is gone cannot be mended by registering again.
 */
function checkKnownCredential(
  registered: ArgoCluster | undefined,
  { steps }: SpokeFindings,
  { tokenSecret }: SpokeManifests,
  list: Checklist,
): void {
  const tokenStep = steps.find(({ planned }) => planned === tokenSecret);
  if (registered && tokenStep && tokenStep.action !== 'keep') {
    list.fail(
      'server',
      'The hub already has this cluster, with a credential that was not made here or whose token is gone. Its labels can be changed. To have it registered from here, remove it from the hub first.',
    );
  }
}
