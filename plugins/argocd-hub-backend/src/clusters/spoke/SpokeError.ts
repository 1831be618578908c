import { CodedError } from '../../errors';

/** Why a cluster could not be used; `address` means that it was never dialled. */
export type SpokeReason =
  | 'address'
  | 'dns'
  | 'tls'
  | 'auth'
  | 'timeout'
  | 'refused'
  | 'other';

/** A cluster's Kubernetes API failed, in words for people that hold no credential. */
export class SpokeError extends Error {
  readonly reason: SpokeReason;
  /** HTTP status, where the cluster answered. */
  readonly status?: number;

  constructor(options: {
    reason: SpokeReason;
    message: string;
    status?: number;
  }) {
    super(options.message);
    this.name = 'SpokeError';
    this.reason = options.reason;
    this.status = options.status;
  }

  /** As a caller of our routes sees it: what was given does not work. */
  toCodedError(): CodedError {
    return new CodedError({
      name: 'InputError',
      code: this.reason === 'auth' ? 'spoke-auth' : 'spoke-unreachable',
      message: this.message,
    });
  }
}
