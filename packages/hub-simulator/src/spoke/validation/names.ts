import { invalidValue, required, type FieldError } from '../fieldErrors';
import type { NameRule } from '../resources';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/** What is wrong with the name of an object. */
export function checkName(rule: NameRule, name: string): FieldError[] {
  const field = 'metadata.name';
  if (!name) return [required(field, 'name or generateName is required')];
  return nameProblems(rule, name).map(why => invalidValue(field, name, why));
}

/** What is wrong with labels. */
export function checkLabels(
  field: string,
  labels: Record<string, string> = {},
): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyProblems(key).map(why => invalidValue(field, key, why)),
    ...valueProblems(value).map(why => invalidValue(field, value, why)),
  ]);
}

/** What is wrong with the keys of annotations; their values are free. */
export function checkAnnotations(
  annotations: Record<string, string> = {},
): FieldError[] {
  const field = 'metadata.annotations';
  return Object.keys(annotations).flatMap(key =>
    keyProblems(key.toLowerCase()).map(why => invalidValue(field, key, why)),
  );
}

function nameProblems(rule: NameRule, name: string): string[] {
  if (rule === 'path') return pathProblems(name);
  const [pattern, text, longest] =
    rule === 'label'
      ? ([LABEL, LABEL_TEXT, LONGEST_LABEL] as const)
      : ([SUBDOMAIN, SUBDOMAIN_TEXT, LONGEST_NAME] as const);
  return [
    ...(name.length > longest ? [tooLong(longest)] : []),
    ...(pattern.test(name) ? [] : [text]),
  ];
}

/** RBAC names may be anything that fits into a path. */
function pathProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter(character => name.includes(character))
    .map(character => `may not contain '${character}'`);
}

function keyProblems(key: string): string[] {
  const [name, prefix, ...rest] = key.split('/').reverse();
  const problems: string[] = [];
  if (rest.length) {
    return [
      `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (prefix === '') problems.push('prefix part must be non-empty');
  if (prefix && !SUBDOMAIN.test(prefix)) {
    problems.push(`prefix part ${SUBDOMAIN_TEXT}`);
  }
  if (!name) problems.push('name part must be non-empty');
  else if (name.length > LONGEST_LABEL) {
    problems.push(`name part ${tooLong(LONGEST_LABEL)}`);
  }
  if (!QUALIFIED.test(name)) problems.push(QUALIFIED_TEXT);
  return problems;
}

function valueProblems(value: string): string[] {
  return [
    ...(value.length > LONGEST_LABEL ? [tooLong(LONGEST_LABEL)] : []),
    ...(VALUE.test(value) ? [] : [VALUE_TEXT]),
  ];
}

function tooLong(longest: number): string {
  return `must be no more than ${longest} bytes`;
}
