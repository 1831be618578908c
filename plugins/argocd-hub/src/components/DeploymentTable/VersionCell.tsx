import { RiArrowLeftRightLine } from '@remixicon/react';
import type { Skew } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import {
  authorName,
  imageTag,
  mainSource,
  shortRevision,
  subject,
} from '../../text/version';
import { StatusChip } from '../StatusChip/StatusChip';
import styles from './DeploymentTable.module.css';
import type { DeploymentRow } from './rows';

const SKEW_TEXT = {
  majority: {
    revision: 'version.skewMajorityRevision',
    image: 'version.skewMajorityImage',
  },
  'previous-environment': {
    revision: 'version.skewPreviousRevision',
    image: 'version.skewPreviousImage',
  },
} as const;

function shortValue(field: Skew['field'], value: string): string {
  return field === 'image' ? imageTag(value) : shortRevision(value);
}

/** Image tag, revision with its commit, and what differs from the others. */
export const VersionCell = ({ row }: { row: DeploymentRow }) => {
  const { t, time } = useWords();
  const { images, skew } = row.deployment;
  const source = mainSource(row.deployment);
  const commit = source?.commit;
  return (
    <div className={styles.stack}>
      <span className={styles.versions}>
        {images.length > 0 && (
          <span
            className={styles.strong}
            title={t('version.images', { images: time.list(images) })}
          >
            {imageTag(images[0])}
            {images.length > 1 &&
              ` ${t('version.moreImages', {
                amount: String(images.length - 1),
              })}`}
          </span>
        )}
        {source?.revision && (
          <code className={styles.revision} title={source.revision}>
            {shortRevision(source.revision)}
          </code>
        )}
      </span>
      {commit && (
        <span className={styles.clamped} title={commit.message}>
          {t('version.commit', {
            message: subject(commit.message),
            author: authorName(commit.author),
          })}
        </span>
      )}
      {skew?.map(({ from, field, actual, expected }) => (
        <StatusChip
          key={`${from}/${field}/${expected}/${actual}`}
          tone="warning"
          icon={RiArrowLeftRightLine}
          title={`${actual} ≠ ${expected}`}
        >
          {t(SKEW_TEXT[from][field], {
            actual: shortValue(field, actual),
            expected: shortValue(field, expected),
          })}
        </StatusChip>
      ))}
    </div>
  );
};
