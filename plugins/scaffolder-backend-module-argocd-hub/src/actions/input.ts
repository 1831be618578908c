import type {
  ClusterRegistration,
  RbacPreset,
} from 'backstage-plugin-argocd-hub-common';
import type { z as zod } from 'zod/v3';
import { credentialOf } from '../credentialOf';

type Z = typeof zod;

/** Inputs that planning and registering share. Defaults are not filled in by the scaffolder. */
export const registrationInput = {
  hub: (z: Z) =>
    z
      .string({
        description: 'Name of the hub; may be left out where there is only one',
      })
      .optional(),
  name: (z: Z) =>
    z.string({ description: 'Name under which the hub knows the cluster' }),
  labels: (z: Z) =>
    z
      .record(z.string(), {
        description: 'Labels that the cluster gets at the end',
      })
      .optional(),
  preset: (z: Z) =>
    z
      .enum(['scoped', 'namespaced', 'admin'], {
        description:
          'What the hub may do: scoped reads everything and writes in the destination namespaces, namespaced does both there only, admin may do everything; default scoped',
      })
      .optional(),
  destinationNamespaces: (z: Z) =>
    z
      .array(z.string(), {
        description: 'Namespaces in which the hub may write',
      })
      .optional(),
  credential: (z: Z) =>
    z
      .string({
        description:
          'Name of a configured credential; without it the kubeconfig is taken from the secrets of the task',
      })
      .optional(),
};

/** What planning and registering ask of the backend. */
export function registrationOf(
  input: {
    hub?: string;
    name: string;
    labels?: Record<string, string>;
    preset?: RbacPreset;
    destinationNamespaces?: string[];
    credential?: string;
  },
  secrets: Record<string, string> | undefined,
): ClusterRegistration {
  const {
    labels = {},
    destinationNamespaces = [],
    credential,
    hub,
    ...rest
  } = input;
  return {
    ...rest,
    // A form sends a field that was emptied as empty text.
    ...(hub && { hub }),
    labels,
    destinationNamespaces,
    credential: credentialOf({ credential, secrets }),
  };
}
