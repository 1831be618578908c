import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useMemo } from 'react';
import {
  useEntityDeployments,
  type LiveDeployments,
} from '../../hooks/useEntityDeployments';
import { isLost, useNow } from '../../hooks/useNow';
import { useMayAddClusters } from '../../hooks/useMayAddClusters';
import { NowContext, useWords } from '../../hooks/useWords';
import { AddCluster } from '../AddCluster/AddCluster';
import { DeploymentTable } from '../DeploymentTable/DeploymentTable';
import { deploymentRows } from '../DeploymentTable/rows';
import { FreshnessBanner } from '../FreshnessBanner/FreshnessBanner';
import { FreshnessLine } from '../FreshnessBanner/FreshnessLine';
import { Headline } from '../Headline/Headline';
import { Loading } from '../States/Loading';
import { LoadFailed } from '../States/LoadFailed';
import { NothingFound } from '../States/NothingFound';
import { NotMapped } from '../States/NotMapped';
import styles from './EntityClusters.module.css';

const Rows = (props: {
  name: string;
  data: EntityDeployments;
  muted: boolean;
  onMore: () => void;
}) => {
  const { name, data, muted, onMore } = props;
  const { t } = useWords();
  const rows = useMemo(() => deploymentRows(data), [data]);
  if (rows.length > 0) {
    return (
      <DeploymentTable
        label={t('table.label', { name })}
        header="cluster"
        rows={rows}
        counted={data.rollup.deployments}
        onMore={data.nextCursor ? onMore : undefined}
        muted={muted}
      />
    );
  }
  return data.rules.length > 0 ? (
    <NothingFound name={name} data={data} />
  ) : (
    <NotMapped name={name} refused={data.refused} />
  );
};

const Content = (props: {
  live: LiveDeployments;
  name: string;
  now: number;
  mayAdd: boolean;
}) => {
  const { live, name, now, mayAdd } = props;
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
      <div className={styles.head}>
        <div className={styles.summary}>
          {data.deployments.length > 0 && <Headline data={data} muted={lost} />}
          <FreshnessLine hubs={data.hubs} />
        </div>
        {mayAdd && <AddCluster data={data} />}
      </div>
      <FreshnessBanner
        hubs={data.hubs}
        lostSince={lost ? contactAt : undefined}
        onRetry={retry}
      />
      <Rows name={name} data={data} muted={lost} onMore={more} />
    </>
  );
};

/**
 * The tab Clusters: where the entity runs, and how it is there.
 *
 * @public
 */
export const EntityClusters = () => {
  const { entity } = useEntity();
  // Asked for here, beside the deployments, so that no button comes late.
  const mayAdd = useMayAddClusters();
  const live = useEntityDeployments(stringifyEntityRef(entity));
  const now = useNow(live);
  return (
    <NowContext.Provider value={now}>
      <div className={styles.root}>
        <Content
          live={live}
          name={entity.metadata.name}
          now={now}
          mayAdd={mayAdd}
        />
      </div>
    </NowContext.Provider>
  );
};
