import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { ScaffolderField } from '@backstage/plugin-scaffolder-react/alpha';
import { Box, Button, ButtonIcon, Text, TextField } from '@backstage/ui';
import { RiCloseLine } from '@remixicon/react';
import { useState } from 'react';
import { scaffolderArgocdHubTranslationRef } from '../../translation';
import styles from './LabelsField.module.css';
import { labelsOf, problemOf, rowsOf, type LabelRow } from './problems';

/** `ui:options` of the field. @public */
export interface LabelsFieldOptions {
  /** Keys that always have a line. */
  keys?: string[];
  /** Keys that must have a value. */
  required?: string[];
}

type Props = FieldExtensionComponentProps<
  Record<string, string>,
  LabelsFieldOptions
>;

/**
 * Edits labels line by line. A line without a value sets no label.
 *
 * @public
 */
export function LabelsField(props: Props) {
  const { formData = {}, onChange, schema, uiSchema, errors, disabled } = props;
  const { keys = [], required = [] } = uiSchema['ui:options'] ?? {};
  const { t } = useTranslationRef(scaffolderArgocdHubTranslationRef);
  const [rows, setRows] = useState(() => rowsOf(formData, keys));

  const update = (next: LabelRow[]) => {
    setRows(next);
    onChange(labelsOf(next));
  };
  const change = (id: number, changes: Partial<LabelRow>) =>
    update(rows.map(row => (row.id === id ? { ...row, ...changes } : row)));
  const add = () => {
    const id = Math.max(-1, ...rows.map(row => row.id)) + 1;
    setRows([...rows, { id, key: '', value: '', isFixed: false }]);
  };
  return (
    <ScaffolderField
      rawErrors={props.rawErrors}
      rawDescription={uiSchema['ui:description'] ?? schema.description}
      errors={errors}
      disabled={disabled}
      required={props.required}
    >
      <fieldset className={styles.fieldset} disabled={disabled}>
        <legend className={styles.legend}>{schema.title}</legend>
        <Box bg="neutral">
          <div className={styles.rows}>
            {rows.map((row, index) => (
              <LabelLine
                key={row.id}
                row={row}
                number={index + 1}
                rows={rows}
                required={required}
                onChange={changes => change(row.id, changes)}
                onRemove={() => update(rows.filter(({ id }) => id !== row.id))}
              />
            ))}
          </div>
          <Button variant="secondary" size="small" onPress={add}>
            {t('labels.add')}
          </Button>
        </Box>
      </fieldset>
    </ScaffolderField>
  );
}

function LabelLine(props: {
  row: LabelRow;
  number: number;
  rows: LabelRow[];
  required: string[];
  onChange: (changes: Partial<LabelRow>) => void;
  onRemove: () => void;
}) {
  const { row, number, rows, required, onChange, onRemove } = props;
  const { key, value, isFixed } = row;
  const { t } = useTranslationRef(scaffolderArgocdHubTranslationRef);
  const found = problemOf(row, { rows, required });
  // What is only missing yet is no error while somebody fills the form.
  const problem = found === 'required' ? undefined : found;
  return (
    <div className={styles.row}>
      <TextField
        aria-label={t('labels.keyNumber', { number: String(number) })}
        placeholder={t('labels.key')}
        value={key}
        onChange={text => onChange({ key: text.trim() })}
        isReadOnly={isFixed}
        isInvalid={problem === 'key' || problem === 'twice'}
      />
      <TextField
        aria-label={
          key
            ? t('labels.valueFor', { label: key })
            : t('labels.valueNumber', { number: String(number) })
        }
        placeholder={t('labels.value')}
        value={value}
        onChange={text => onChange({ value: text.trim() })}
        isRequired={required.includes(key)}
        isInvalid={problem === 'value'}
      />
      {!isFixed && (
        <ButtonIcon
          variant="tertiary"
          icon={<RiCloseLine size={16} />}
          aria-label={t('labels.remove', { label: key || String(number) })}
          onPress={onRemove}
        />
      )}
      {problem && (
        <div role="alert" className={styles.problem}>
          <Text variant="body-small">
            {t(`labels.problem.${problem}`, { label: key })}
          </Text>
        </div>
      )}
    </div>
  );
}
