import { invalid } from '../../spoke/fieldErrors';
import { checkAnnotations, checkLabels } from '../../spoke/validation/names';
import type { ClusterSecret } from '../../types/argocd';
import { ApiError, Code } from '../errors';

/** Kubernetes' own refusal, which keeps the words that it was wrapped in (F1.1.8). */
export class SecretRefused extends ApiError {}

/** Throws 400 where Kubernetes would not store a Secret. */
export function checkSecret({ metadata }: ClusterSecret): void {
  const errors = [
    ...checkLabels('metadata.labels', metadata.labels),
    ...checkAnnotations(metadata.annotations),
  ];
  if (!errors.length) return;
  const { message } = invalid(
    { group: '', kind: 'Secret' },
    metadata.name,
    errors,
  );
  throw new SecretRefused(Code.InvalidArgument, message);
}
