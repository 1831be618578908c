import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  clusterCreatePermission,
  type EntityDeployments,
} from 'backstage-plugin-argocd-hub-common';
import {
  useEntityDeployments,
  type LiveDeployments,
} from '../../hooks/useEntityDeployments';
import { NowContext, useTicking } from '../../hooks/useWords';
import { AddCluster } from '../AddCluster/AddCluster';
import { DeploymentTable } from '../DeploymentTable/DeploymentTable';
import { FreshnessBanner } from '../FreshnessBanner/FreshnessBanner';
import { FreshnessLine } from '../FreshnessBanner/FreshnessLine';
import { Headline } from '../Headline/Headline';
import { Loading } from '../States/Loading';
import { LoadFailed } from '../States/LoadFailed';
import { NothingFound } from '../States/NothingFound';
import { NotMapped } from '../States/NotMapped';
import styles from './EntityClusters.module.css';

const TICK_MS = 5_000;
/** Two polls that failed: before that, one lost request is not worth a word. */
const LOST_MS = 20_000;

const Rows = (props: {
  name: string;
  data: EntityDeployments;
  muted: boolean;
}) => {
  const { name, data, muted } = props;
  if (data.deployments.length > 0) {
    return <DeploymentTable name={name} data={data} muted={muted} />;
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
  const { data, error, contactAt = 0, retry } = live;
  if (!data) {
    return error ? (
      <LoadFailed name={name} error={error} onRetry={retry} />
    ) : (
      <Loading />
    );
  }
  const lost = error !== undefined && now - contactAt > LOST_MS;
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
      <Rows name={name} data={data} muted={lost} />
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
  const { allowed } = usePermission({ permission: clusterCreatePermission });
  const live = useEntityDeployments(stringifyEntityRef(entity));
  const tick = useTicking(TICK_MS);
  // An answer may be newer than the last tick, and nothing is in the future.
  const now = Math.max(tick, live.contactAt ?? 0);
  return (
    <NowContext.Provider value={now}>
      <div className={styles.root}>
        <Content
          live={live}
          name={entity.metadata.name}
          now={now}
          mayAdd={allowed}
        />
      </div>
    </NowContext.Provider>
  );
};
