/** An annotation that cannot be followed. @public */
export interface RefusedRule {
  key: string;
  /** Of one that is much too long, the beginning. */
  value: string;
  refusal: RuleRefusal;
}

/**
 * Why a rule is refused: a code, and the facts that a text about it needs. The
 * text is made in the browser.
 *
 * @public
 */
export type RuleRefusal =
  /**
   * This term of the selector cannot be read. Without one, what is wrong is not
   * known: an older version, which kept no facts, has read the annotation last.
   */
  | { code: 'bad-selector'; term?: string }
  /** The selector has more terms than this. */
  | { code: 'too-many-terms'; limit: number }
  /** The selector has no term with `=` or `in`: it would take nearly everything. */
  | { code: 'too-wide' }
  /** More applications than this are selected for the entity. */
  | { code: 'too-many-applications'; limit: number }
  /** The value has more characters than this. */
  | { code: 'too-long'; limit: number; blocksOthers?: true }
  /**
   * The value holds characters that no name has. `blocksOthers`, here and above:
   * it would narrow the others, so none of them is followed either.
   */
  | { code: 'bad-characters'; blocksOthers?: true }
  /** It only narrows other annotations, and there are none. */
  | { code: 'narrows-nothing' }
  /** It names hubs that there are not; the names, in small letters. */
  | { code: 'unknown-hubs'; hubs: string[] };
