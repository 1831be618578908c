import { isLabelKey } from 'backstage-plugin-argocd-hub-common';
import { invalid } from './invalid';

/** One that Kubernetes never takes would find nothing, without a word. Keys of annotations are alike. */
export function assertLabelKey(path: string, key: string): void {
  if (!isLabelKey(key)) {
    throw invalid(
      path,
      `'${key}' cannot be the key of a label; it must be as env or example.com/env`,
    );
  }
}
