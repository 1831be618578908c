import { builtins } from './builtins';
import { NotSimulatedError } from './errors';
import type { GoFunction } from './GoFunction';
import { sprigData } from './sprigData';
import { sprigStrings } from './sprigStrings';

/** Every function that templates may call here. */
export const functions: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries({ ...builtins, ...sprigStrings, ...sprigData }),
);

/** What Argo CD's templates know besides; refused by name instead of guessed at. */
const MISSING = new Set(
  `call html js slice urlquery
  abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec
  b32enc b64dec b64enc base bcrypt biggest buildCustomCert camelcase cat ceil chunk
  clean compact concat date dateInZone dateModify date_in_zone date_modify decryptAES
  deepCopy deepEqual derivePassword dir div divf duration durationRound encryptAES ext
  fail float64 floor genCA genCAWithKey genPrivateKey genSelfSignedCert
  genSelfSignedCertWithKey genSignedCert genSignedCertWithKey hello htmlDate
  htmlDateInZone htpasswd initial initials int int64 isAbs kebabcase keys kindIs kindOf
  max maxf merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact
  mustDateModify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast
  mustMerge mustMergeOverwrite mustPrepend mustPush mustRegexFind mustRegexFindAll
  mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest
  mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq
  mustWithout must_date_modify nospace now omit osBase osClean osDir osExt osIsAbs pick
  pluck plural prepend push randAlpha randAlphaNum randAscii randBytes randInt
  randNumeric regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll
  regexReplaceAllLiteral regexSplit rest reverse round semver semverCompare seq set
  sha1sum sha256sum sha512sum shuffle snakecase sortAlpha split splitn sub subf substr
  swapcase title toDate toDecimal toPrettyJson toStrings trimall tuple typeIs typeIsLike
  typeOf uniq unixEpoch unset until untilStep untitle urlJoin urlParse uuidv4 values
  without wrap wrapWith`.split(/\s+/),
);

/** Whether a function exists. Throws for one that only Argo CD has. */
export function isKnown(name: string): boolean {
  if (functions.has(name)) return true;
  if (MISSING.has(name)) {
    throw new NotSimulatedError(`the template function ${name}`);
  }
  return false;
}
