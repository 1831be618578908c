import { CustomErrorBase } from '@backstage/errors';
import type { ErrorCode } from 'backstage-plugin-argocd-hub-common';

/**
 * An error whose `code` reaches the client as `error.code`. The name decides
 * the HTTP status, as for every error of Backstage.
 */
export class CodedError extends CustomErrorBase {
  readonly code: ErrorCode;

  constructor(options: {
    name: 'InputError' | 'ServiceUnavailableError' | 'ConflictError';
    code: ErrorCode;
    message: string;
  }) {
    super(options.message);
    this.name = options.name;
    this.code = options.code;
  }
}
