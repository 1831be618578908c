import { Card, CardBody, Flex, Text } from '@backstage/ui';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { RefusedRules } from './RefusedRules';
import styles from './States.module.css';

/** The entity asks for applications, and none is there. */
export const NothingFound = (props: {
  name: string;
  data: EntityDeployments;
}) => {
  const { name, data } = props;
  const { t, time } = useWords();
  const unsure = data.hubs.filter(
    hub =>
      !hub.complete || hub.freshness === 'stale' || hub.freshness === 'down',
  );
  return (
    <Card>
      <CardBody>
        <Flex direction="column" gap="3" className={styles.state}>
          <Text as="h2" variant="title-x-small">
            {t('nothingFound.title')}
          </Text>
          <Text as="p">{t('nothingFound.text', { name })}</Text>
          <ul className={styles.rules}>
            {data.rules.map(({ key, value }) => (
              <li key={`${key}=${value}`}>
                <code className={styles.code}>{`${key}: ${value}`}</code>
              </li>
            ))}
          </ul>
          <RefusedRules rules={data.refused} />
          {unsure.length > 0 && (
            <Text as="p">
              {t('nothingFound.unsure', {
                hubs: time.list(unsure.map(hub => hub.title)),
              })}
            </Text>
          )}
        </Flex>
      </CardBody>
    </Card>
  );
};
