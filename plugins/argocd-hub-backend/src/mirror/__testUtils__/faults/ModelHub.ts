import type { ApplicationEvent, ArgoApplication } from '../../../hub/types';

export const VERSION = 'example.com/version';

/**
 * A hub as a model: what it holds, what it held before, and the events of it
 * that are under way. Every change has a number, which is also a label of what
 * it changed.
 */
export class ModelHub {
  readonly applications = new Map<string, ArgoApplication>();
  /** Told by no stream yet, oldest first. */
  readonly underWay: ApplicationEvent[] = [];
  readonly #past: ArgoApplication[][] = [[]];
  #version = 0;

  get version(): number {
    return this.#version;
  }

  /** Makes or changes an application. */
  put(key: string, health: string): void {
    const [namespace, name] = key.split('/');
    const known = this.applications.has(key);
    this.#version += 1;
    const application: ArgoApplication = {
      metadata: {
        namespace,
        name,
        labels: { [VERSION]: String(this.#version) },
      },
      spec: {
        project: 'default',
        destination: { name: 'prod', namespace: 'web' },
      },
      status: {
        sync: { status: 'Synced', revision: 'abc' },
        health: { status: health },
      },
    } as ArgoApplication;
    this.applications.set(key, application);
    this.#happened(known ? 'MODIFIED' : 'ADDED', application);
  }

  remove(key: string): void {
    const application = this.applications.get(key);
    if (application && this.applications.delete(key)) {
      this.#version += 1;
      this.#happened('DELETED', application);
    }
  }

  /** What a replica lists that is so many changes behind. */
  list(behind: number): ArgoApplication[] {
    const at = Math.max(0, this.#past.length - 1 - behind);
    return this.#past[at];
  }

  find(namespace: string, name: string): ArgoApplication | undefined {
    return this.applications.get(`${namespace}/${name}`);
  }

  #happened(type: string, application: ArgoApplication): void {
    this.underWay.push({ type, application } as ApplicationEvent);
    this.#past.push([...this.applications.values()]);
  }
}
