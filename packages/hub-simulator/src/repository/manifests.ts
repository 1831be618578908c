import type { Application } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import type { Values } from './Repository';

/**
 * What the example's chart renders, made from its values without Helm. Read are
 * `image.repository`, `image.tag`, `replicaCount`, `resources` and `ingress.host`.
 */
export function renderChart(app: Application, values: Values): GenericObject[] {
  const name = app.spec.source?.helm?.releaseName ?? app.metadata.name;
  const namespace = app.spec.destination.namespace ?? 'default';
  const image = values.image as
    | { repository?: string; tag?: string }
    | undefined;
  const host = (values.ingress as { host?: string } | undefined)?.host;
  const selector = { 'app.kubernetes.io/name': name };
  const metadata = { name, namespace, labels: { ...selector } };
  const manifests: GenericObject[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8000 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: Number(values.replicaCount ?? 1),
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name,
                image: `${image?.repository ?? name}:${image?.tag ?? 'latest'}`,
                ...(values.resources ? { resources: values.resources } : {}),
              },
            ],
          },
        },
      },
    },
  ];
  if (host) {
    manifests.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { tls: [{ hosts: [host] }], rules: [{ host }] },
    });
  }
  return manifests.map(manifest => withTracking(app, manifest));
}

/** The annotation by which Argo CD knows its own objects again. */
function withTracking(
  app: Application,
  manifest: GenericObject,
): GenericObject {
  const { name, namespace } = manifest.metadata;
  const [group] = manifest.apiVersion!.includes('/')
    ? manifest.apiVersion!.split('/')
    : [''];
  const id = `${app.metadata.name}:${group}/${manifest.kind}:${namespace}/${name}`;
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      annotations: { 'argocd.argoproj.io/tracking-id': id },
    },
  };
}
