import type { ApiHolder } from '@backstage/core-plugin-api';
import {
  translationApiRef,
  type TranslationSnapshot,
} from '@backstage/core-plugin-api/alpha';
import { scaffolderArgocdHubTranslationRef } from './translation';

type Snapshot = TranslationSnapshot<typeof scaffolderArgocdHubTranslationRef.T>;

/** The texts of the form fields in the language of the app, outside of components. */
export async function loadWords(apiHolder: ApiHolder) {
  const api = apiHolder.get(translationApiRef)!;
  const known = api.getTranslation(scaffolderArgocdHubTranslationRef);
  if (known.ready) return known.t;
  const loaded = await new Promise<Snapshot & { ready: true }>(resolve => {
    const subscription = api
      .translation$(scaffolderArgocdHubTranslationRef)
      .subscribe(snapshot => {
        if (!snapshot.ready) return;
        resolve(snapshot);
        // It may tell before it has returned the subscription.
        queueMicrotask(() => subscription.unsubscribe());
      });
  });
  return loaded.t;
}
