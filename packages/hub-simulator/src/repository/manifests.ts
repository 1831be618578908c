import { withTracking } from '../controllers/application/tracking';
import type { Application, Source } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import type { Values } from './Repository';

/**
 * What the example's chart renders, made from its values without Helm. Read are
 * `image.repository`, `image.tag`, `replicaCount`, `resources` and `ingress.host`.
 */
export function renderChart(
  app: Application,
  values: Values,
  source: Source | undefined = app.spec.source,
): GenericObject[] {
  const name = source?.helm?.releaseName ?? app.metadata.name;
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
      spec: ingressSpec(name, host),
    });
  }
  return manifests.map(manifest => withTracking(app, manifest));
}

function ingressSpec(name: string, host: string) {
  const backend = { service: { name, port: { number: 80 } } };
  const paths = [{ pathType: 'ImplementationSpecific', backend }];
  return {
    tls: [{ hosts: [host], secretName: `${name}-tls` }],
    rules: [{ host, http: { paths } }],
  };
}
