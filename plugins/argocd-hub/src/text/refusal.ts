import type { RuleRefusal } from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';
import { shortList } from './problem';

/** Why an annotation cannot be followed, and what to do about it. */
export function refusalText(refusal: RuleRefusal, words: Words): string {
  const { t } = words;
  switch (refusal.code) {
    case 'bad-selector':
      return badSelector(refusal.term);
    case 'too-many-terms':
      return t('refused.tooManyTerms', { limit: refusal.limit });
    case 'too-wide':
      return t('refused.tooWide');
    case 'too-many-applications':
      return t('refused.tooManyApplications', { limit: refusal.limit });
    case 'too-long':
      return withOthers(t('refused.tooLong', { limit: refusal.limit }));
    case 'bad-characters':
      return withOthers(t('refused.badCharacters'));
    case 'narrows-nothing':
      return t('refused.narrowsNothing');
    case 'unknown-hubs':
      return t('refused.unknownHubs', {
        hubs: shortList(refusal.hubs, words),
        count: refusal.hubs.length,
      });
    default: // of a backend that is newer
      return t('refused.bad');
  }

  function badSelector(term: string | undefined): string {
    if (term === undefined) return t('refused.bad');
    return term ? t('refused.badTerm', { term }) : t('refused.emptyTerm');
  }

  function withOthers(text: string): string {
    return 'blocksOthers' in refusal
      ? `${text} ${t('refused.blocksOthers')}`
      : text;
  }
}
