import type { ServedKind } from './discovery';

/** What an ordinary cluster serves beside what the simulated one does. */
const BARE: Record<string, string> = {
  v1: 'Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'admissionregistration.k8s.io/v1':
    'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'flowcontrol.apiserver.k8s.io/v1': 'FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io/v1':
    'Ingress IngressClass IPAddress NetworkPolicy ServiceCIDR',
  'node.k8s.io/v1': 'RuntimeClass',
  'policy/v1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1':
    'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'storage.k8s.io/v1':
    'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment',
  'cilium.io/v2':
    'CiliumClusterwideNetworkPolicy CiliumEndpoint CiliumIdentity CiliumNetworkPolicy CiliumNode',
  'cert-manager.io/v1': 'Certificate CertificateRequest ClusterIssuer Issuer',
  'external-secrets.io/v1':
    'ClusterExternalSecret ClusterSecretStore ExternalSecret SecretStore',
  'gateway.networking.k8s.io/v1': 'GRPCRoute Gateway GatewayClass HTTPRoute',
  'snapshot.storage.k8s.io/v1':
    'VolumeSnapshot VolumeSnapshotClass VolumeSnapshotContent',
  'monitoring.coreos.com/v1':
    'Alertmanager PodMonitor Probe Prometheus PrometheusRule ServiceMonitor ThanosRuler',
};

/** Every group/version and group/version/Kind of a cluster, sorted. */
export function apiVersionsOf(kinds: readonly ServedKind[]): string[] {
  const found = new Set<string>();
  for (const [version, names] of Object.entries(BARE)) {
    found.add(version);
    for (const kind of names.split(' ')) found.add(`${version}/${kind}`);
  }
  for (const { group, version, kind } of kinds) {
    const groupVersion = group ? `${group}/${version}` : version;
    found.add(groupVersion);
    found.add(`${groupVersion}/${kind}`);
  }
  return [...found].sort();
}
