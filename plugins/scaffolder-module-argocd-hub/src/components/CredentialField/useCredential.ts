import { useTemplateSecrets } from '@backstage/plugin-scaffolder-react';
import { useEffect, useMemo } from 'react';
import { fromBase64, toBase64 } from './base64';
import { inspectKubeconfig, type Inspection } from './inspectKubeconfig';

/** All that the form data ever holds of a credential. It does not even tell its length. */
export const PLACEHOLDER = 'provided';

/**
 * Keeps a kubeconfig among the secrets of the form and nowhere else.
 *
 * Secrets live as long as the page. A form that was filled before (reloaded, or
 * started over from a task) has the placeholder without the secret, and is told
 * so by removing the placeholder.
 */
export function useCredential(options: {
  /** Of the parameter, and of the secret. */
  name: string;
  formData: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { name, formData, onChange } = options;
  const { secrets, setSecrets } = useTemplateSecrets();
  const secret = secrets[name] ?? '';
  const stored = useMemo(() => inspectStored(secret), [secret]);

  useEffect(() => {
    const expected = stored ? PLACEHOLDER : undefined;
    if (formData !== expected) onChange(expected);
  }, [stored, formData, onChange]);

  return {
    /** What is stored; undefined when nothing is. */
    stored,
    /** Stores a usable kubeconfig; returns what was found in it. */
    accept(text: string): Inspection {
      const found = inspectKubeconfig(text);
      if (found.ok) setSecrets({ [name]: toBase64(text) });
      return found;
    },
    clear() {
      setSecrets({ [name]: '' });
    },
  };
}

function inspectStored(secret: string) {
  const text = secret && fromBase64(secret);
  const found = text ? inspectKubeconfig(text) : undefined;
  return found?.ok ? found : undefined;
}
