import { useRouteRef } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import { useWords } from '../../hooks/useWords';
import { templateRouteRef } from '../../routes';
import { onboardingQuery } from '../../text/optIn';

const TEMPLATE = { namespace: 'default', templateName: 'onboard-spoke' };
/** Where the scaffolder is in an app that binds no route. */
const DEFAULT_PATH = `/create/templates/${TEMPLATE.namespace}/${TEMPLATE.templateName}`;

/** Opens the onboarding template, filled in for this entity. */
export const AddCluster = () => {
  const { t } = useWords();
  const { entity } = useEntity();
  const templateRoute = useRouteRef(templateRouteRef);
  const path = templateRoute?.(TEMPLATE) ?? DEFAULT_PATH;
  return (
    <ButtonLink
      href={`${path}?${onboardingQuery(entity)}`}
      variant="secondary"
      iconStart={<RiAddLine aria-hidden="true" />}
    >
      {t('add.button')}
    </ButtonLink>
  );
};
