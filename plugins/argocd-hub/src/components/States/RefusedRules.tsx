import { Text } from '@backstage/ui';
import type { RefusedRule } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { refusalText } from '../../text/refusal';
import styles from './States.module.css';

/** Annotations that the backend cannot follow, each with the reason and the way out; nothing where there is none. */
export const RefusedRules = (props: { rules: RefusedRule[] | undefined }) => {
  const { rules = [] } = props;
  const words = useWords();
  if (rules.length === 0) {
    return null;
  }
  return (
    <>
      <Text as="p">{words.t('refused.text')}</Text>
      <ul className={styles.rules}>
        {rules.map(({ key, value, refusal }) => (
          <li key={key}>
            <code className={styles.code}>{`${key}: ${value}`}</code>
            <br />
            {refusalText(refusal, words)}
          </li>
        ))}
      </ul>
    </>
  );
};
