import { Link } from '@backstage/ui';
import {
  RiExternalLinkLine,
  RiGitRepositoryLine,
  RiShipLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import { safeUrl } from 'backstage-plugin-argocd-hub-common';
import { useWords } from '../../hooks/useWords';
import { hostName } from '../../text/links';
import { mainSource } from '../../text/version';
import { DetailsDialog } from '../DetailsDialog/DetailsDialog';
import styles from './DeploymentTable.module.css';
import type { DeploymentRow } from './rows';

const MAX_EXTERNAL = 2;

const IconLink = (props: {
  href: string;
  icon: RemixiconComponentType;
  label: string;
  text: string;
}) => {
  const { href, icon: Icon, label, text } = props;
  return (
    <Link
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      variant="body-small"
      aria-label={label}
      title={href}
      className={styles.link}
    >
      <Icon size={14} aria-hidden="true" className={styles.linkIcon} />
      <span className={styles.linkText}>{text}</span>
    </Link>
  );
};

/** Argo CD, the repository, and where the workload itself can be reached. */
export const LinksCell = ({ row }: { row: DeploymentRow }) => {
  const { t } = useWords();
  const { links, name } = row.deployment;
  const source = mainSource(row.deployment);
  const repository = safeUrl(source?.repoUrl);
  return (
    <div className={styles.links}>
      <IconLink
        href={links.argocd}
        icon={RiShipLine}
        label={t('links.argocdFor', { application: name })}
        text={t('links.argocd')}
      />
      {repository && (
        <IconLink
          href={repository}
          icon={RiGitRepositoryLine}
          label={t('links.repositoryFor', { application: name })}
          text={t('links.repository')}
        />
      )}
      {links.external.slice(0, MAX_EXTERNAL).map(url => (
        <IconLink
          key={url}
          href={url}
          icon={RiExternalLinkLine}
          label={t('links.externalFor', { url: hostName(url) })}
          text={hostName(url)}
        />
      ))}
      {links.external.length > MAX_EXTERNAL && (
        <span className={styles.quiet}>
          {t('links.more', {
            amount: String(links.external.length - MAX_EXTERNAL),
          })}
        </span>
      )}
      <DetailsDialog row={row} />
    </div>
  );
};
