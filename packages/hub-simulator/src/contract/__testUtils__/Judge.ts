import type { Answer } from '../../testing/Fixture';
import type { Deviation } from '../deviations';
import { ApiSchema } from './ApiSchema';
import type { Finding } from './schema';

/** The HTTP status of each gRPC code (F1.1.7). */
const STATUS: Record<number, number> = {
  1: 408,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
};

/** Holds answers against the OpenAPI file and the list of deviations. */
export class Judge {
  readonly api = new ApiSchema();
  readonly #deviations: readonly Deviation[];
  readonly #seen = new Set<Deviation>();

  constructor(deviations: readonly Deviation[]) {
    this.#deviations = deviations;
  }

  /** The deviations that no answer has shown. */
  get unseen(): Deviation[] {
    return this.#deviations.filter(each => !this.#seen.has(each));
  }

  /** What is wrong with a body, or with a frame of a stream. */
  body(
    operation: string,
    body: unknown,
    options: { trimmed?: boolean } = {},
  ): Finding[] {
    return this.api.check(operation, body, options).filter(finding => {
      const known = this.#deviations.find(
        each =>
          each.operation === operation &&
          each.path === finding.path &&
          each.what === finding.what,
      );
      if (known) this.#seen.add(known);
      return !known;
    });
  }

  /** What is wrong with an answer of JSON, in words. */
  answer(
    operation: string,
    answer: Answer,
    options: { trimmed?: boolean } = {},
  ): string[] {
    const { status, headers, body } = answer;
    const wrong: string[] = [];
    const type = headers.get('content-type');
    if (type !== 'application/json') wrong.push(`content-type ${type}`);
    // F10.3.7
    if (headers.get('grpc-metadata-content-type') !== 'application/grpc') {
      wrong.push('no header grpc-metadata-content-type');
    }
    const findings =
      status === 200
        ? this.body(operation, body, options)
        : this.api.checkError(body);
    wrong.push(
      ...findings.map(({ what, path, detail }) => `${what} ${path}: ${detail}`),
    );
    if (status === 200) return wrong;
    if (STATUS[body.code] !== status) {
      wrong.push(`code ${body.code} with status ${status}`);
    }
    if (body.error !== body.message) wrong.push('error is not the message');
    return wrong;
  }
}
