import { useEntity } from '@backstage/plugin-catalog-react';
import { Card, CardBody, Text } from '@backstage/ui';
import { CLUSTER_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';
import { useMemo } from 'react';
import type { ClusterContent } from '../../hooks/ClusterPages';
import { type LiveCluster, useCluster } from '../../hooks/useCluster';
import { isLost, useNow } from '../../hooks/useNow';
import { NowContext, useWords } from '../../hooks/useWords';
import { DeploymentTable } from '../DeploymentTable/DeploymentTable';
import { clusterRows } from '../DeploymentTable/rows';
import { FreshnessBanner } from '../FreshnessBanner/FreshnessBanner';
import { Loading } from '../States/Loading';
import { LoadFailed } from '../States/LoadFailed';
import styles from './ClusterDeployments.module.css';
import { ClusterHead } from './ClusterHead';

const Runs = (props: {
  data: ClusterContent;
  muted: boolean;
  onMore: () => void;
}) => {
  const { data, muted, onMore } = props;
  const { t } = useWords();
  const { cluster, deployments, hasMore } = data;
  const { hub, name } = cluster;
  const rows = useMemo(
    () => clusterRows(cluster, deployments),
    [cluster, deployments],
  );
  if (rows.length === 0) {
    return (
      <Card>
        <CardBody>
          <Text as="h3" variant="title-x-small">
            {t('verdict.nothingTitle')}
          </Text>
          <Text as="p">{t('verdict.nothing', { hub, name })}</Text>
        </CardBody>
      </Card>
    );
  }
  return (
    <section className={styles.runs}>
      <Text as="h3" variant="body-medium" weight="bold">
        {t('table.ofCluster', { name })}
      </Text>
      <DeploymentTable
        label={t('table.ofCluster', { name })}
        header="application"
        rows={rows}
        counted={cluster.applications}
        onMore={hasMore ? onMore : undefined}
        muted={muted}
      />
    </section>
  );
};

const Content = (props: { live: LiveCluster; name: string; now: number }) => {
  const { live, name, now } = props;
  const { data, error, contactAt, retry, more } = live;
  if (!data) {
    return error ? (
      <LoadFailed name={name} error={error} onRetry={retry} />
    ) : (
      <Loading />
    );
  }
  const lost = isLost(live, now);
  return (
    <>
      <ClusterHead cluster={data.cluster} muted={lost} />
      <FreshnessBanner
        hubs={[]}
        lostSince={lost ? contactAt : undefined}
        onRetry={retry}
      />
      <Runs data={data} muted={lost} onMore={more} />
    </>
  );
};

const Cluster = (props: { hub: string; name: string }) => {
  const live = useCluster(props.hub, props.name);
  const now = useNow(live);
  return (
    <NowContext.Provider value={now}>
      <div className={styles.root}>
        <Content live={live} name={props.name} now={now} />
      </div>
    </NowContext.Provider>
  );
};

/**
 * The tab Deployments of a cluster's entity: whether the cluster answers, how
 * that is known, and what runs there.
 *
 * @public
 */
export const ClusterDeployments = () => {
  const { entity } = useEntity();
  const { annotations = {} } = entity.metadata;
  const hub = annotations[CLUSTER_ANNOTATIONS.hub];
  const name = annotations[CLUSTER_ANNOTATIONS.cluster];
  return hub && name ? <Cluster hub={hub} name={name} /> : null;
};
