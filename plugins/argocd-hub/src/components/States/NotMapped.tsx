import { Button, Card, CardBody, Flex, Text } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import {
  ENTITY_ANNOTATIONS,
  type RefusedRule,
} from 'backstage-plugin-argocd-hub-common';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import { useWords } from '../../hooks/useWords';
import { RefusedRules } from './RefusedRules';
import styles from './States.module.css';

const Annotation = (props: { label: string; text: string }) => {
  const { t } = useWords();
  const [{ value }, copy] = useCopyToClipboard();
  const copied = value === props.text;
  return (
    <Flex direction="column" gap="1">
      <Text as="p" variant="body-small">
        {props.label}
      </Text>
      <div className={styles.annotation}>
        <code className={styles.code}>{props.text}</code>
        <Button
          size="small"
          variant="tertiary"
          iconStart={
            copied ? (
              <RiCheckLine aria-hidden="true" />
            ) : (
              <RiFileCopyLine aria-hidden="true" />
            )
          }
          aria-label={t('notMapped.copyFor', { annotation: props.text })}
          onPress={() => copy(props.text)}
        >
          {copied ? t('notMapped.copied') : t('notMapped.copy')}
        </Button>
      </div>
    </Flex>
  );
};

/** Tells how to map an entity that asks for no application. */
export const NotMapped = (props: {
  name: string;
  refused: RefusedRule[] | undefined;
}) => {
  const { name, refused } = props;
  const { t } = useWords();
  return (
    <Card>
      <CardBody>
        <Flex direction="column" gap="3" className={styles.state}>
          <Text as="h2" variant="title-x-small">
            {t('notMapped.title')}
          </Text>
          <RefusedRules rules={refused} />
          <Text as="p">{t('notMapped.text', { name })}</Text>
          <Annotation
            label={t('notMapped.applicationSet')}
            text={`${ENTITY_ANNOTATIONS.applicationSet}: ${name}`}
          />
          <Annotation
            label={t('notMapped.applicationName')}
            text={`${ENTITY_ANNOTATIONS.applicationName}: ${name}`}
          />
        </Flex>
      </CardBody>
    </Card>
  );
};
