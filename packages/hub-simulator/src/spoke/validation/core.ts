import { isDeepStrictEqual } from 'node:util';
import type { GenericObject } from '../../types/kubernetes';
import {
  forbiddenField,
  invalidValue,
  required,
  type FieldError,
} from '../fieldErrors';

const ACCOUNT = 'kubernetes.io/service-account.name';
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function defaultNamespace(object: GenericObject): GenericObject {
  const { metadata } = object;
  const name = { 'kubernetes.io/metadata.name': metadata.name };
  return {
    ...object,
    metadata: { ...metadata, labels: { ...metadata.labels, ...name } },
    spec: metadata.deletionTimestamp ? object.spec : keptSpec(object),
    status: object.status ?? { phase: 'Active' },
  };
}

/** A namespace stays until its controller has emptied it. */
function keptSpec({ spec }: GenericObject): object {
  const { finalizers } = (spec ?? {}) as { finalizers?: unknown };
  const given = Array.isArray(finalizers) ? finalizers : [];
  return {
    ...(spec as object),
    finalizers: [...new Set([...given, 'kubernetes'])],
  };
}

/** Encodes `stringData` into `data`. */
export function defaultSecret(object: GenericObject): GenericObject {
  const { stringData, ...secret } = object;
  const texts = Object.entries((stringData ?? {}) as Record<string, string>);
  const encoded = Object.fromEntries(
    texts.map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const data = { ...(secret.data as object | undefined), ...encoded };
  return {
    ...secret,
    ...(Object.keys(data).length && { data }),
    type: secret.type || 'Opaque',
  };
}

export function checkSecret(
  object: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  const data = (object.data ?? {}) as Record<string, string>;
  const errors = checkKeys('data', data);
  for (const [key, value] of Object.entries(data)) {
    if (BASE64.test(value) && value.length % 4 === 0) continue;
    errors.push(
      invalidValue(
        `data[${key}]`,
        '<secret contents redacted>',
        'illegal base64 data',
      ),
    );
  }
  const account = object.metadata.annotations?.[ACCOUNT];
  if (object.type === 'kubernetes.io/service-account-token' && !account) {
    errors.push(required(`metadata.annotations[${ACCOUNT}]`));
  }
  if (before && before.type !== object.type) {
    errors.push(invalidValue('type', object.type, 'field is immutable'));
  }
  return [...errors, ...checkImmutable(object, before, ['data'])];
}

export function checkConfigMap(
  object: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  const { data = {}, binaryData = {} } = object;
  return [
    ...checkKeys('data', data as object),
    ...checkKeys('binaryData', binaryData as object),
    ...checkImmutable(object, before, ['data', 'binaryData']),
  ];
}

export function defaultDeployment(object: GenericObject): GenericObject {
  return { ...object, spec: { replicas: 1, ...(object.spec as object) } };
}

export function checkDeployment(
  { spec }: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  const { replicas, selector, template } = (spec ?? {}) as {
    replicas?: unknown;
    selector?: { matchLabels?: Record<string, string> };
    template?: GenericObject;
  };
  const errors: FieldError[] = [];
  if (!Number.isInteger(replicas) || Number(replicas) < 0) {
    const why = 'must be greater than or equal to 0';
    errors.push(invalidValue('spec.replicas', replicas, why));
  }
  if (!selector) errors.push(required('spec.selector'));
  if (!template) errors.push(required('spec.template'));
  const labels = template?.metadata?.labels ?? {};
  const wanted = Object.entries(selector?.matchLabels ?? {});
  if (template && wanted.some(([key, value]) => labels[key] !== value)) {
    errors.push(
      invalidValue(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  }
  const old = (before?.spec ?? {}) as { selector?: object };
  if (before && !isDeepStrictEqual(old.selector, selector)) {
    errors.push(invalidValue('spec.selector', selector, 'field is immutable'));
  }
  return errors;
}

export function checkJob({ spec }: GenericObject): FieldError[] {
  const { template } = (spec ?? {}) as {
    template?: { spec?: { containers?: unknown[]; restartPolicy?: string } };
  };
  const { containers, restartPolicy = '' } = template?.spec ?? {};
  const at = 'spec.template.spec';
  const policies = 'valid values: "OnFailure", "Never"';
  return [
    ...(containers?.length ? [] : [required(`${at}.containers`)]),
    ...(['OnFailure', 'Never'].includes(restartPolicy)
      ? []
      : [required(`${at}.restartPolicy`, policies)]),
  ];
}

function checkKeys(field: string, data: object): FieldError[] {
  return Object.keys(data)
    .filter(key => !CONFIG_KEY.test(key))
    .map(key =>
      invalidValue(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
}

function checkImmutable(
  object: GenericObject,
  before: GenericObject | undefined,
  fields: readonly string[],
): FieldError[] {
  if (!before?.immutable) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object.immutable ? [] : [forbiddenField('immutable', why)]),
    ...fields
      .filter(field => !isDeepStrictEqual(before[field], object[field]))
      .map(field => forbiddenField(field, why)),
  ];
}
