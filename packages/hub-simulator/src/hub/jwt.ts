import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { decodeJson } from './goJson';

const HASHES: Record<string, string> = {
  HS256: 'sha256',
  HS384: 'sha384',
  HS512: 'sha512',
};
const OTHERS = /^(RS|ES|PS)(256|384|512)$|^EdDSA$|^none$/;

export interface Claims {
  iss?: unknown;
  sub?: unknown;
  jti?: unknown;
  iat?: unknown;
  nbf?: unknown;
  exp?: unknown;
  groups?: unknown;
}

interface Unverified {
  algorithm: string;
  claims: Claims;
  signed: string;
  signature: string;
}

/** A JSON web token, signed with HS256. */
export function signToken(claims: Claims, key: KeyObject): string {
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createHmac('sha256', key).update(signed);
  return `${signed}.${signature.digest('base64url')}`;
}

/** The parts of a token; throws with golang-jwt's sentence on nonsense. */
export function readToken(token: string): Unverified {
  const parts = token.split('.');
  if (parts.length !== 3) {
    throw malformed('token contains an invalid number of segments');
  }
  const header = decode(parts[0], 'header') as { alg?: unknown };
  const claims = decode(parts[1], 'claim') as Claims;
  if (typeof header.alg !== 'string') {
    throw unverifiable('signing method (alg) is unspecified');
  }
  if (!HASHES[header.alg] && !OTHERS.test(header.alg)) {
    throw unverifiable('signing method (alg) is unavailable');
  }
  return {
    algorithm: header.alg,
    claims,
    signed: `${parts[0]}.${parts[1]}`,
    signature: parts[2],
  };
}

/** Throws with golang-jwt's sentence unless signature and times are right. */
export function verifyToken(
  { algorithm, claims, signed, signature }: Unverified,
  key: KeyObject,
): void {
  const given = base64(signature, 'signature');
  if (!HASHES[algorithm]) {
    throw unverifiable(
      `error while executing keyfunc: unexpected signing method: ${algorithm}`,
    );
  }
  const right = createHmac(HASHES[algorithm], key).update(signed).digest();
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new Error('token signature is invalid: signature is invalid');
  }
  const now = Date.now() / 1000;
  const wrong = [
    ...(typeof claims.exp === 'number' && claims.exp <= now
      ? ['token is expired']
      : []),
    ...(typeof claims.nbf === 'number' && claims.nbf > now
      ? ['token is not valid yet']
      : []),
  ];
  if (wrong.length) {
    throw new Error(`token has invalid claims: ${wrong.join(', ')}`);
  }
}

function decode(text: string, what: string): object {
  const json = base64(text, what).toString('utf8');
  let value: unknown;
  try {
    value = json ? decodeJson(json) : undefined;
  } catch (error) {
    throw notJson(what, (error as Error).message);
  }
  if (value === undefined) throw notJson(what, 'unexpected end of JSON input');
  if (typeof value === 'object' && value && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const type = what === 'header' ? 'map[string]interface {}' : 'jwt.MapClaims';
  throw notJson(
    what,
    `json: cannot unmarshal ${kind} into Go value of type ${type}`,
  );
}

function base64(text: string, what: string): Buffer {
  const foreign = text.search(/[^A-Za-z0-9_-]/);
  // One character alone at the end is no byte.
  const spare = text.length % 4 === 1 ? text.length - 1 : -1;
  const bad = foreign < 0 ? spare : foreign;
  if (bad < 0) return Buffer.from(text, 'base64url');
  throw malformed(
    `could not base64 decode ${what}: illegal base64 data at input byte ${bad}`,
  );
}

function notJson(what: string, why: string): Error {
  return malformed(`could not JSON decode ${what}: ${why}`);
}

function malformed(why: string): Error {
  return new Error(`token is malformed: ${why}`);
}

function unverifiable(why: string): Error {
  return new Error(`token is unverifiable: ${why}`);
}
