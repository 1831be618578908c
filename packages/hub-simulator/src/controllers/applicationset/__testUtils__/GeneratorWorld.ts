import { Clock } from '../../../clock';
import { HubState } from '../../../state/HubState';
import { CONTROL_PLANE } from '../../../state/names';
import type { ApplicationSet } from '../../../types/applicationset';
import { renderApplications } from '../generate';

/** What {@link GeneratorWorld.set} takes beside its template. */
export type SpecOptions = { goTemplate?: boolean; [key: string]: unknown };

/** The clusters prod and dr, and sets to generate from them, for tests. */
export class GeneratorWorld {
  readonly state = new HubState(new Clock());

  constructor() {
    this.state.projects.create({
      metadata: { name: 'default', namespace: CONTROL_PLANE },
      spec: {},
    });
    this.addCluster('prod', { env: 'prod', 'a/b': 'c' }, { project: 'web' });
    this.addCluster('dr', { env: 'dr' });
  }

  addCluster(
    name: string,
    labels: Record<string, string>,
    data: object = {},
    secret = name,
  ): void {
    this.state.clusters.create({
      metadata: { name: secret, namespace: CONTROL_PLANE, labels },
      data: { name, server: `https://${secret}`, config: {}, ...data },
    });
  }

  set(spec: SpecOptions, template: object = {}): ApplicationSet {
    return {
      metadata: { name: 'set', namespace: CONTROL_PLANE, uid: 'u1' },
      spec: {
        generators: [{ clusters: {} }],
        template: {
          metadata: { name: '{{name}}', ...template },
          spec: {
            project: 'default',
            source: { repoURL: 'https://github.com/example/agent', path: '.' },
            destination: {
              server: spec.goTemplate ? '{{.server}}' : '{{server}}',
              namespace: 'x',
            },
          },
        },
        ...spec,
      },
    };
  }

  goSet(spec: object, name = '{{.name}}'): ApplicationSet {
    return this.set({ goTemplate: true, ...spec }, { name });
  }

  render(set: ApplicationSet) {
    return renderApplications(this.state, set);
  }

  namesOf(set: ApplicationSet): string[] {
    return this.render(set)
      .map(({ metadata }) => metadata.name)
      .sort();
  }
}

/** One list generator with these elements. */
export function elements(...list: unknown[]) {
  return [{ list: { elements: list } }];
}
