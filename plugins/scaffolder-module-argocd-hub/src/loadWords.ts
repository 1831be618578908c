import type { ApiHolder } from '@backstage/core-plugin-api';
import {
  type TranslationFunction,
  translationApiRef,
} from '@backstage/core-plugin-api/alpha';
import { scaffolderArgocdHubTranslationRef } from './translation';

type Translate = TranslationFunction<
  (typeof scaffolderArgocdHubTranslationRef)['T']
>;

/** The texts of the form fields in the language of the app, outside of components. */
export async function loadWords(apiHolder: ApiHolder): Promise<Translate> {
  const api = apiHolder.get(translationApiRef)!;
  const known = api.getTranslation(scaffolderArgocdHubTranslationRef);
  if (known.ready) return known.t;
  return new Promise<Translate>(resolve => {
    const subscription = api
      .translation$(scaffolderArgocdHubTranslationRef)
      .subscribe(snapshot => {
        if (!snapshot.ready) return;
        resolve(snapshot.t);
        // It may tell before it has returned the subscription.
        queueMicrotask(() => subscription.unsubscribe());
      });
  });
}
