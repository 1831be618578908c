import { configApiRef, useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { templateRouteRef } from '../../routes';
import { type Environments, onboardingQuery } from '../../text/optIn';

const TEMPLATE = { namespace: 'default', templateName: 'onboard-spoke' };
/** Where the scaffolder is in an app that binds no route. */
const DEFAULT_PATH = `/create/templates/${TEMPLATE.namespace}/${TEMPLATE.templateName}`;

/** Opens the onboarding template, filled in from this entity and its rows. */
export const AddCluster = (props: { data: EntityDeployments }) => {
  const { t } = useWords();
  const { entity } = useEntity();
  const templateRoute = useRouteRef(templateRouteRef);
  const path = templateRoute?.(TEMPLATE) ?? DEFAULT_PATH;
  const environments = useEnvironments();
  return (
    <ButtonLink
      href={`${path}?${onboardingQuery(entity, props.data, environments)}`}
      variant="secondary"
      iconStart={<RiAddLine aria-hidden="true" />}
    >
      {t('add.button')}
    </ButtonLink>
  );
};

function useEnvironments(): Environments {
  const config = useApi(configApiRef).getOptionalConfig('argocdHub');
  return {
    order: config?.getOptionalStringArray('environments') ?? [],
    label: config?.getOptionalString('clusterLabels.environment') ?? 'env',
  };
}
