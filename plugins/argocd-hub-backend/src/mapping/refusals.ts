import { toUSVString } from 'node:util';
import type { Entity } from '@backstage/catalog-model';
import {
  ENTITY_ANNOTATIONS,
  type MappingRule,
  type RuleRefusal,
} from 'backstage-plugin-argocd-hub-common';
import type { EntityClaims } from '../store/ClaimStore';
import { annotationOf } from './annotationOf';

type Refused = EntityClaims['refused'];
/** What any annotation can have, whatever it is for. */
type Fault = Extract<
  RuleRefusal,
  { code: 'too-long' } | { code: 'bad-characters' }
>;

/** Whatever applications, sets, projects and hubs are called is far shorter. */
const LONGEST_VALUE = 2_000;
/** Of what is wrong, that much is repeated. */
const LONGEST_REPEATED = 200;

/** Annotations that narrow what the others select. */
const NARROWING = [
  ENTITY_ANNOTATIONS.instanceName,
  ENTITY_ANNOTATIONS.applicationNamespace,
  ENTITY_ANNOTATIONS.projectName,
];
/** Those of them that select nothing by themselves. */
const ONLY_NARROWING = [
  ENTITY_ANNOTATIONS.instanceName,
  ENTITY_ANNOTATIONS.applicationNamespace,
];

/** Why a value can name nothing that there is: databases and logs would stumble over it. */
export function faultOf(value: string): Fault | undefined {
  if (value.length > LONGEST_VALUE) {
    return { code: 'too-long', limit: LONGEST_VALUE };
  }
  // Blanks and line breaks part the terms of a selector.
  // eslint-disable-next-line no-control-regex
  const isUnclean = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(
    value,
  );
  return isUnclean || toUSVString(value) !== value
    ? { code: 'bad-characters' }
    : undefined;
}

/** With as much of its value as can be repeated. */
export function refusedFor(
  refusal: Fault,
  { value, ...rule }: MappingRule,
): Refused[number] {
  const repeated = toUSVString(value.slice(0, LONGEST_REPEATED));
  return { rule: { ...rule, value: repeated }, refusal };
}

/** Annotations that would narrow all others, and that cannot be read. */
export function badScopeOf(entity: Entity): Refused {
  return NARROWING.flatMap(key => {
    const value = annotationOf(entity, key) ?? '';
    const fault = faultOf(value);
    return fault
      ? refusedFor(
          { ...fault, blocksOthers: true },
          { claimedBy: 'entity', key, value },
        )
      : [];
  });
}

/** Annotations that only narrow others, of an entity where none selects. */
export function narrowingNothing(entity: Entity): Refused {
  return ONLY_NARROWING.flatMap(key => {
    const value = annotationOf(entity, key);
    return value === undefined
      ? []
      : {
          rule: { claimedBy: 'entity' as const, key, value },
          refusal: { code: 'narrows-nothing' as const },
        };
  });
}
