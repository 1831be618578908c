import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import pLimit from 'p-limit';

/**
 * Bodies of the permission backend and of the catalog hold 100 kB, and one
 * carries each ref twice, with the conditions of the policy.
 */
const MOST_BYTES = 30_000;
/** What a policy answers for each, as many claims as a person has, comes with each. */
const MOST_SINGLY = 10;
const AT_A_TIME = 4;

/** Which of many entities a caller may read, and do something with. */
export class EntityPermissions {
  readonly #permissions: PermissionsService;
  readonly #isBatched: boolean;

  /**
   * @param options.batched - asks one question with many refs. Without it ten
   *   entities are asked for at a time, which takes longer.
   */
  constructor(options: {
    permissions: PermissionsService;
    batched?: PermissionsService;
  }) {
    this.#permissions = options.batched ?? options.permissions;
    this.#isBatched = options.batched !== undefined;
  }

  /** Rejects as the permission service does. */
  async allowed(
    entityRefs: Iterable<string>,
    permission: ResourcePermission<'catalog-entity'>,
    credentials: BackstageCredentials,
  ): Promise<Set<string>> {
    const limit = pLimit(AT_A_TIME);
    const parts = partsOf([...new Set(entityRefs)], {
      mostBytes: MOST_BYTES,
      most: this.#isBatched ? Infinity : MOST_SINGLY,
    });
    const allowed = await Promise.all(
      parts.map(part =>
        limit(() => this.#ask(part, { permission, credentials })),
      ),
    );
    return new Set(allowed.flat());
  }

  async #ask(
    entityRefs: string[],
    options: {
      permission: ResourcePermission<'catalog-entity'>;
      credentials: BackstageCredentials;
    },
  ): Promise<string[]> {
    const { permission, credentials } = options;
    const requests = entityRefs.flatMap(resourceRef => [
      { permission: catalogEntityReadPermission, resourceRef },
      { permission, resourceRef },
    ]);
    let decisions;
    try {
      decisions = await this.#permissions.authorize(requests, { credentials });
    } catch (error) {
      if (!isTooLarge(error) || entityRefs.length < 2) {
        throw error;
      }
      // The caller has more claims than a part leaves room for.
      const half = Math.ceil(entityRefs.length / 2);
      return [
        ...(await this.#ask(entityRefs.slice(0, half), options)),
        ...(await this.#ask(entityRefs.slice(half), options)),
      ];
    }
    const allows = (index: number) =>
      decisions[index]?.result === AuthorizeResult.ALLOW;
    return entityRefs.filter(
      (_, index) => allows(2 * index) && allows(2 * index + 1),
    );
  }
}

/** Also where the catalog said so to the permission backend. */
function isTooLarge(error: unknown): boolean {
  return (error as { statusCode?: unknown }).statusCode === 413;
}

function partsOf(
  refs: string[],
  limits: { most: number; mostBytes: number },
): string[][] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const ref of refs) {
    const size = Buffer.byteLength(ref) + 3;
    const last = parts.at(-1);
    if (last && last.length < limits.most && bytes + size < limits.mostBytes) {
      last.push(ref);
      bytes += size;
    } else {
      parts.push([ref]);
      bytes = size;
    }
  }
  return parts;
}
