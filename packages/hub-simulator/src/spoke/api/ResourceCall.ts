import type { User } from '../auth/Authenticator';
import type { ResourceRequest } from '../requestInfo';

/** One authorised call about a kind that is served here. */
export interface ResourceCall extends ResourceRequest {
  user: User;
  query: URLSearchParams;
  /** parsed; undefined when there was none */
  body?: unknown;
  contentType: string;
  /** who writes, where the query does not say: the first word of the user agent */
  agent: string;
  /** warnings for the client, sent as headers */
  warnings: string[];
}
