import type { RuleRefusal } from 'backstage-plugin-argocd-hub-common';
import { testWords } from '../../dev/testing/words';
import { refusalText } from './refusal';

describe('refusalText', () => {
  it.each<[RuleRefusal, string]>([
    [
      { code: 'bad-selector', term: "<b> '&" },
      "“<b> '&” cannot be read. Write it as app=agent, or as app in (agent,web).",
    ],
    [
      { code: 'bad-selector', term: '' },
      'A term of it is empty: there is a comma too many.',
    ],
    [
      { code: 'bad-selector' },
      'It cannot be read as it stands. Correct it in the catalog file.',
    ],
    [
      { code: 'too-many-terms', limit: 20 },
      'It has more than 20 terms. Use fewer of them.',
    ],
    [
      { code: 'too-wide' },
      'It would take nearly everything. Add a term with = or in, such as app=agent.',
    ],
    [
      { code: 'too-many-applications', limit: 5_000 },
      'It and the others select more than 5,000 applications, which is more than one entity can show. Select fewer.',
    ],
    [
      { code: 'too-long', limit: 2_000 },
      'It has more than 2,000 characters. Shorten it.',
    ],
    [
      { code: 'too-long', limit: 2_000, blocksOthers: true },
      'It has more than 2,000 characters. Shorten it. The others are not followed either, as it would narrow them.',
    ],
    [
      { code: 'bad-characters' },
      'It holds characters that no name has. Type it anew.',
    ],
    [
      { code: 'bad-characters', blocksOthers: true },
      'It holds characters that no name has. Type it anew. The others are not followed either, as it would narrow them.',
    ],
    [
      { code: 'narrows-nothing' },
      'It only narrows what other annotations select, and none of those is set. Add one that selects, such as argocd/app-name.',
    ],
    [
      { code: 'unknown-hubs', hubs: ['edge'] },
      'There is no hub of this name: edge. Your platform team knows how they are called.',
    ],
    [
      { code: 'unknown-hubs', hubs: ['a', 'b', 'c', 'd', 'e'] },
      'There are no hubs of these names: a, b, c, and 2 more. Your platform team knows how they are called.',
    ],
    [
      { code: 'of-tomorrow' } as unknown as RuleRefusal,
      'It cannot be read as it stands. Correct it in the catalog file.',
    ],
  ])('says why, and the way out: %j', (refusal, expected) => {
    expect(refusalText(refusal, testWords())).toBe(expected);
  });
});
