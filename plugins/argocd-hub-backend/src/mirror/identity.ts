import type { ArgoApplication } from '../hub/types';
import { text } from './values';

/** What Kubernetes lets objects and namespaces be called: RFC 1123, in at most 253 characters. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
// eslint-disable-next-line no-control-regex
const UNFIT = /[\0-\x1f\x7f/]/g;
/** Of what is no name, so much is shown. */
const SHOWN = 80;

/** Who an application is, as far as it says so. */
export interface ApplicationIdentity {
  /** `namespace/name`. */
  key: string;
  namespace: string;
  name: string;
  /** Whether the hub can be asked for it: else the names are only fit to be shown. */
  isValid: boolean;
}

/** Never throws, whatever the hub sent. */
export function identityOf(
  application: ArgoApplication | null | undefined,
): ApplicationIdentity {
  const { name, namespace }: { name?: unknown; namespace?: unknown } =
    application?.metadata ?? {};
  if (isName(name) && isName(namespace)) {
    return { key: `${namespace}/${name}`, namespace, name, isValid: true };
  }
  const shown = { namespace: fitToShow(namespace), name: fitToShow(name) };
  return { ...shown, key: `${shown.namespace}/${shown.name}`, isValid: false };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 253 && NAME.test(value);
}

/** What is cut says so, and so is never taken for a name. */
function fitToShow(value: unknown): string {
  if (typeof value !== 'string') {
    return '';
  }
  const shown = text(value.replace(UNFIT, '?'), SHOWN) ?? '';
  return value.length > SHOWN ? `${shown}…` : shown;
}
