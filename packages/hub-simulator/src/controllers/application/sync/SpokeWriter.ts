import { SpokeStatusError, type SpokeClient } from '../../../net/SpokeClient';
import type { ClusterSecret } from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import { LAST_APPLIED, lastApplied, predict } from '../diff';
import { collectionPath, groupOf, versionOf } from '../objects';
import { mergePatchOf } from './mergePatchOf';

/** A kind as the spoke's discovery tells it. */
export interface ServedType {
  group: string;
  version: string;
  resource: string;
  namespaced: boolean;
}

export interface ApplyOptions {
  /** only tells what would be done, after a look at what is there */
  dryRun: boolean;
  replace: boolean;
  force: boolean;
  serverSide: boolean;
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

const MANAGER = 'argocd-controller';

/**
 * Applies and deletes objects on one spoke, as kubectl does within Argo CD: over
 * a transport of its own, so that a spoke that nobody can dial now is noticed.
 */
export class SpokeWriter {
  readonly #client: SpokeClient;
  readonly #target: ClusterSecret['data'];
  readonly #types = new Map<string, Promise<ServedType | undefined>>();

  constructor(client: SpokeClient, cluster: ClusterSecret) {
    this.#client = client;
    this.#target = cluster.data;
    client.renew(cluster.data.server);
  }

  /** The kind of an object, undefined when the spoke does not serve it. */
  typeOf(object: GenericObject): Promise<ServedType | undefined> {
    const key = `${object.apiVersion}/${object.kind}`;
    let type = this.#types.get(key);
    if (!type) {
      type = this.#discover(object);
      this.#types.set(key, type);
    }
    return type;
  }

  /** What is there under an object's name, undefined when nothing is. */
  async get(object: GenericObject): Promise<GenericObject | undefined> {
    const path = await this.#pathOf(object);
    return ignoreNotFound(this.#call<GenericObject>({ path }));
  }

  /** Makes a live object what is wanted; the answer is kubectl's line. */
  async apply(wanted: GenericObject, options: ApplyOptions): Promise<string> {
    const live = await this.get(wanted);
    const suffix = options.dryRun ? ' (dry run)' : '';
    return `${titleOf(wanted)} ${await this.#write(
      wanted,
      live,
      options,
    )}${suffix}`;
  }

  async delete(object: GenericObject, propagation: string): Promise<void> {
    const path = await this.#pathOf(object);
    await ignoreNotFound(
      this.#call({
        method: 'DELETE',
        path,
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: propagation,
        },
      }),
    );
  }

  /** Replaces the finalizers of a live object. */
  async setFinalizers(
    object: GenericObject,
    finalizers: string[],
  ): Promise<void> {
    const path = await this.#pathOf(object);
    await ignoreNotFound(
      this.#call({
        method: 'PATCH',
        path,
        body: {
          metadata: { finalizers: finalizers.length ? finalizers : null },
        },
        contentType: 'application/merge-patch+json',
      }),
    );
  }

  async #write(
    wanted: GenericObject,
    live: GenericObject | undefined,
    { dryRun, replace, force, serverSide }: ApplyOptions,
  ): Promise<string> {
    if (serverSide && !replace && !dryRun) return this.#applyThere(wanted);
    const body = replace ? wanted : withLastApplied(wanted);
    if (!live) {
      if (!dryRun) await this.#create(body);
      return 'created';
    }
    if (replace) {
      if (!dryRun) await this.#replace(wanted, live, force);
      return 'replaced';
    }
    const next = predict(lastApplied(live), body, live);
    const patch = mergePatchOf(live, next);
    if (patch === undefined) return 'unchanged';
    if (!dryRun) {
      await this.#call({
        method: 'PATCH',
        path: await this.#pathOf(wanted),
        body: patch,
        contentType: 'application/merge-patch+json',
      });
    }
    return 'configured';
  }

  async #applyThere(wanted: GenericObject): Promise<string> {
    const path = await this.#pathOf(wanted);
    await this.#call({
      method: 'PATCH',
      path: `${path}?fieldManager=${MANAGER}&force=true`,
      body: wanted,
      contentType: 'application/apply-patch+yaml',
    });
    return 'serverside-applied';
  }

  async #create(body: GenericObject): Promise<void> {
    const path = await this.#pathOf(body);
    await this.#call({
      method: 'POST',
      path: path.slice(0, path.lastIndexOf('/')),
      body,
    });
  }

  async #replace(
    wanted: GenericObject,
    live: GenericObject,
    force: boolean,
  ): Promise<void> {
    if (force) {
      await this.delete(wanted, 'Background');
      await this.#create(wanted);
      return;
    }
    const { resourceVersion } = live.metadata;
    await this.#call({
      method: 'PUT',
      path: await this.#pathOf(wanted),
      body: { ...wanted, metadata: { ...wanted.metadata, resourceVersion } },
    });
  }

  async #discover(object: GenericObject): Promise<ServedType | undefined> {
    const group = groupOf(object);
    const version = versionOf(object);
    const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
    const list = await ignoreNotFound(
      this.#call<ResourceList>({ path: `${root}?timeout=32s` }),
    );
    const found = list?.resources.find(
      ({ name, kind }) => kind === object.kind && !name.includes('/'),
    );
    return (
      found && {
        group,
        version,
        resource: found.name,
        namespaced: found.namespaced,
      }
    );
  }

  async #pathOf(object: GenericObject): Promise<string> {
    const type = await this.typeOf(object);
    if (!type) {
      throw new Error(
        `no matches for kind "${object.kind}" in version "${object.apiVersion}"`,
      );
    }
    const { namespace, name } = object.metadata;
    return `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`;
  }

  #call<T>(call: Parameters<SpokeClient['call']>[1]): Promise<T> {
    return this.#client.call<T>(this.#target, call);
  }
}

/** As kubectl prints it: `deployment.apps/agent`. */
function titleOf(object: GenericObject): string {
  const group = groupOf(object);
  const kind = object.kind!.toLowerCase();
  return `${group ? `${kind}.${group}` : kind}/${object.metadata.name}`;
}

/** What kubectl remembers of an apply, in the object itself. */
function withLastApplied(object: GenericObject): GenericObject {
  const { [LAST_APPLIED]: _, ...annotations } =
    object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...plain,
    metadata: {
      ...plain.metadata,
      annotations: {
        ...annotations,
        [LAST_APPLIED]: `${JSON.stringify(plain)}\n`,
      },
    },
  };
}

async function ignoreNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SpokeStatusError && error.code === 404) {
      return undefined;
    }
    throw error;
  }
}
