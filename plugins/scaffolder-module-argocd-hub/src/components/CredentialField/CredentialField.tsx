import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { ScaffolderField } from '@backstage/plugin-scaffolder-react/alpha';
import { Alert, Box, Button, Text, TextAreaField } from '@backstage/ui';
import { useEffect, useRef, useState, type ClipboardEvent } from 'react';
import { scaffolderArgocdHubTranslationRef } from '../../translation';
import styles from './CredentialField.module.css';
import { type Inspection } from './inspectKubeconfig';
import { useCredential } from './useCredential';

/** More than a person types at once: it was pasted, dropped or filled in. */
const PASTED = 40;

/**
 * Takes a kubeconfig into the secrets of the form. What is pasted never becomes
 * part of the page; of what was taken only context and server are shown.
 *
 * @public
 */
export function CredentialField(props: FieldExtensionComponentProps<string>) {
  const { name, formData, onChange, required, disabled, errors } = props;
  const { schema, uiSchema, rawErrors } = props;
  const { t } = useTranslationRef(scaffolderArgocdHubTranslationRef);
  const { stored, accept, clear } = useCredential({ name, formData, onChange });
  const label = schema.title ?? t('credential.label');
  return (
    <ScaffolderField
      rawErrors={rawErrors}
      rawDescription={uiSchema['ui:description'] ?? schema.description}
      disabled={disabled}
      errors={stored ? undefined : errors}
      required={required}
    >
      {stored ? (
        <Received label={label} found={stored} onReplace={clear} />
      ) : (
        <Input
          label={label}
          isRequired={required}
          isDisabled={disabled}
          accept={accept}
        />
      )}
    </ScaffolderField>
  );
}

function Received(props: {
  label: string;
  found: { context: string; server: string };
  onReplace: () => void;
}) {
  const { context, server } = props.found;
  const { t } = useTranslationRef(scaffolderArgocdHubTranslationRef);
  const replace = useRef<HTMLButtonElement>(null);
  // The field that had the focus is gone.
  useEffect(() => {
    if (document.activeElement === document.body) replace.current?.focus();
  }, []);
  return (
    <Box
      bg="neutral"
      p="3"
      className={styles.received}
      role="group"
      aria-label={props.label}
    >
      <div className={styles.words} role="status">
        <Text as="p">✓ {t('credential.received', { context, server })}</Text>
        <Text as="p" variant="body-small">
          {t('credential.hidden')}
        </Text>
      </div>
      <Button ref={replace} variant="secondary" onPress={props.onReplace}>
        {t('credential.replace')}
      </Button>
    </Box>
  );
}

function Input(props: {
  label: string;
  isRequired?: boolean;
  isDisabled?: boolean;
  accept: (text: string) => Inspection;
}) {
  const { label, isRequired, isDisabled, accept } = props;
  const { t } = useTranslationRef(scaffolderArgocdHubTranslationRef);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Inspection>();

  const take = (text: string) => {
    const found = accept(text);
    setTyped('');
    setProblem(found.ok ? undefined : found);
  };
  const handlePaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain');
    if (text.length <= PASTED) return;
    event.preventDefault();
    take(text);
  };
  const handleChange = (text: string) => {
    if (text.length - typed.length > PASTED) take(text);
    else setTyped(text);
  };
  return (
    <Box bg="neutral">
      <TextAreaField
        className={styles.input}
        label={label}
        description={t('credential.hint')}
        placeholder={t('credential.placeholder')}
        rows={4}
        value={typed}
        onChange={handleChange}
        onPaste={handlePaste}
        onBlur={() => typed.trim() && take(typed)}
        autoComplete="off"
        autoCorrect="off"
        spellCheck="false"
        isRequired={isRequired}
        isDisabled={isDisabled}
        isInvalid={problem !== undefined}
      />
      {problem && !problem.ok && (
        <div role="alert" className={styles.problem}>
          <Alert
            status="danger"
            icon
            title={t(`credential.problem.${problem.problem}`, {
              field: problem.field ?? '',
              amount: String(problem.count ?? ''),
            })}
            description={t('credential.export')}
          />
        </div>
      )}
    </Box>
  );
}
