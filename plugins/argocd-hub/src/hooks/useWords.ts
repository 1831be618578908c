import { useApiHolder } from '@backstage/core-plugin-api';
import {
  appLanguageApiRef,
  useTranslationRef,
  type TranslationFunction,
} from '@backstage/core-plugin-api/alpha';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { createTimeFormat, type TimeFormat } from '../text/timeFormat';
import { argocdHubTranslationRef } from '../translation';

export type Translate = TranslationFunction<
  (typeof argocdHubTranslationRef)['T']
>;

/** All that is needed to say something about a state at a moment. */
export interface Words {
  t: Translate;
  time: TimeFormat;
  /** Milliseconds since the epoch; moves on every few seconds. */
  now: number;
}

/** The moment that all ages in the tab are counted to, so that they agree. */
export const NowContext = createContext<number | undefined>(undefined);

/** Now, again every `intervalMs` milliseconds. */
export function useTicking(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}

/** Texts and times in the language of the app. */
export function useWords(): Words {
  const { t } = useTranslationRef(argocdHubTranslationRef);
  const language = useApiHolder()
    .get(appLanguageApiRef)
    ?.getLanguage().language;
  const time = useMemo(() => createTimeFormat(language), [language]);
  const now = useContext(NowContext) ?? Date.now();
  return { t, time, now };
}
