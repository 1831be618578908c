import {
  Button,
  Dialog,
  DialogBody,
  DialogHeader,
  DialogTrigger,
} from '@backstage/ui';
import { RiInformationLine } from '@remixicon/react';
import { useWords } from '../../hooks/useWords';
import type { DeploymentRow } from '../DeploymentTable/rows';
import { Details } from './Details';
import styles from './Details.module.css';

/** Everything that does not fit in the row; opens over the page, so that rows keep their place. */
export const DetailsDialog = ({ row }: { row: DeploymentRow }) => {
  const { t } = useWords();
  const { name } = row.deployment;
  return (
    <DialogTrigger>
      <Button
        size="small"
        variant="tertiary"
        className={styles.open}
        iconStart={<RiInformationLine aria-hidden="true" />}
        aria-label={t('details.openFor', { application: name })}
      >
        {t('details.open')}
      </Button>
      <Dialog width={640}>
        <DialogHeader>{name}</DialogHeader>
        {/* Reachable by keyboard, since it scrolls. */}
        <DialogBody tabIndex={0}>
          <Details row={row} />
        </DialogBody>
      </Dialog>
    </DialogTrigger>
  );
};
