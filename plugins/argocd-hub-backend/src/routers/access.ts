import type {
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  type AuthorizePermissionRequest,
  type BasicPermission,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import type { Request } from 'express';

/** Who may see what. Everything that is not clearly allowed is refused. */
export class Access {
  readonly #httpAuth: HttpAuthService;
  readonly #permissions: PermissionsService;
  readonly #logger: LoggerService;

  constructor(options: {
    httpAuth: HttpAuthService;
    permissions: PermissionsService;
    logger: LoggerService;
  }) {
    this.#logger = options.logger;
    this.#httpAuth = options.httpAuth;
    this.#permissions = options.permissions;
  }

  /** Users and services. @throws AuthenticationError */
  async credentials(request: Request): Promise<BackstageCredentials> {
    return this.#httpAuth.credentials(request, { allow: ['user', 'service'] });
  }

  /** Other plugins only. @throws NotAllowedError */
  async service(request: Request): Promise<void> {
    await this.#httpAuth.credentials(request, { allow: ['service'] });
  }

  /**
   * For a list or a new thing.
   *
   * @throws NotAllowedError
   */
  async collection(
    request: Request,
    permission: BasicPermission,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    if (!(await this.may(credentials, permission))) {
      throw new NotAllowedError();
    }
    return credentials;
  }

  /**
   * For one thing that has a name: one that may not be seen answers like one
   * that is not there.
   *
   * @throws NotFoundError
   */
  async named(
    request: Request,
    permission: BasicPermission,
    what: string,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    if (!(await this.may(credentials, permission))) {
      throw new NotFoundError(`${what} not found`);
    }
    return credentials;
  }

  /**
   * For what belongs to a catalog entity: the caller must be allowed to see the
   * entity itself, and to do `permission` with its deployments. One question
   * for both.
   *
   * @throws NotFoundError
   */
  async entity(
    request: Request,
    entityRef: string,
    permission: ResourcePermission<'catalog-entity'>,
  ): Promise<BackstageCredentials> {
    const credentials = await this.credentials(request);
    if (!(await this.mayWithEntity(credentials, entityRef, permission))) {
      throw entityNotFound(entityRef);
    }
    return credentials;
  }

  /** Whether the caller may do this with the deployments of an entity that it may see. */
  async mayWithEntity(
    credentials: BackstageCredentials,
    entityRef: string,
    permission: ResourcePermission<'catalog-entity'>,
  ): Promise<boolean> {
    return this.#allows(
      [
        { permission: catalogEntityReadPermission, resourceRef: entityRef },
        { permission, resourceRef: entityRef },
      ],
      credentials,
    );
  }

  async may(
    credentials: BackstageCredentials,
    permission: BasicPermission,
  ): Promise<boolean> {
    return this.#allows([{ permission }], credentials);
  }

  async #allows(
    requests: AuthorizePermissionRequest[],
    credentials: BackstageCredentials,
  ): Promise<boolean> {
    const decisions = await this.#permissions
      .authorize(requests, { credentials })
      .catch(error => {
        const why = stringifyError(error);
        this.#logger.error(`Permissions could not be checked: ${why}`);
        throw new ServiceUnavailableError('Permissions could not be checked');
      });
    return (
      decisions.length === requests.length &&
      decisions.every(({ result }) => result === AuthorizeResult.ALLOW)
    );
  }
}

/** The same words whether it is missing or may not be seen. */
export function entityNotFound(entityRef: string): NotFoundError {
  return new NotFoundError(`Entity ${entityRef} not found`);
}
