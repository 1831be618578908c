import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { makeStyles } from '@material-ui/core/styles';
import { Logo } from './Logo';

const useStyles = makeStyles({
  root: {
    width: sidebarConfig.drawerWidthClosed,
    height: 3 * sidebarConfig.logoHeight,
    display: 'flex',
    alignItems: 'center',
    marginBottom: -14,
  },
  link: { marginLeft: 22 },
});

export const SidebarLogo = () => {
  const { root, link } = useStyles();
  const { isOpen } = useSidebarOpenState();
  return (
    <div className={root}>
      <Link to="/" underline="none" className={link} aria-label="Home">
        <Logo withName={isOpen} />
      </Link>
    </div>
  );
};
