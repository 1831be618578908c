import { document } from './document';
import { type Operation, operationsOf } from './operations';
import { closed, Validators } from './validators';

const api = closed(document);
const operations = operationsOf(api);
const validators = new Validators(api);

/** What came back for a request. */
export interface Answered {
  method: string;
  /** Below `/api/argocd-hub`, without a query. */
  path: string;
  status: number;
  /** As read from JSON; undefined where there is none. */
  body: unknown;
}

/** The operation whose path fits best: `/clusters/plan` is no hub. */
export function operationOf(
  answered: Pick<Answered, 'method' | 'path'>,
): Operation | undefined {
  const parts = answered.path.split('/');
  const parameters = ({ path }: Operation) => path.split('{').length;
  return operations
    .filter(({ method, path }) => {
      const wanted = path.split('/');
      return (
        method === answered.method &&
        wanted.length === parts.length &&
        wanted.every((part, at) => part.startsWith('{') || part === parts[at])
      );
    })
    .sort((a, b) => parameters(a) - parameters(b))[0];
}

/** What an answer has that the file does not say, or lacks that it does. */
export function answerFaults(answered: Answered): string[] {
  const { method, path, status, body } = answered;
  const what = `${method} ${path} ${status}`;
  const answers = operationOf(answered)?.answers;
  if (!answers?.has(status)) {
    return [`${what}: not in the file`];
  }
  const schema = answers.get(status);
  if (!schema) {
    return body === undefined ? [] : [`${what}: has a body`];
  }
  return validators.faults(schema, body).map(fault => `${what}: ${fault}`);
}
