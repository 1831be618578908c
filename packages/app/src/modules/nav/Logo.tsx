import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  mark: { height: 28, width: 28, flex: 'none' },
  name: {
    marginLeft: 12,
    color: '#ffffff',
    fontSize: 16,
    fontWeight: 600,
    whiteSpace: 'nowrap',
  },
  row: { display: 'flex', alignItems: 'center' },
});

/** One hub and its three spokes, in the colours of the sidebar. */
const Mark = () => {
  const { mark } = useStyles();
  return (
    <svg className={mark} viewBox="0 0 28 28" aria-hidden="true">
      <g stroke="#7df3e1" strokeWidth="2" strokeLinecap="round">
        <path d="M14 14V4M14 14l9 6M14 14l-9 6" />
      </g>
      <circle cx="14" cy="14" r="5" fill="#ef7b4d" />
      <g fill="#7df3e1">
        <circle cx="14" cy="4" r="3" />
        <circle cx="23" cy="20" r="3" />
        <circle cx="5" cy="20" r="3" />
      </g>
    </svg>
  );
};

/** Logo of the demo; the name is there only while the sidebar is open. */
export const Logo = (props: { withName: boolean }) => {
  const { row, name } = useStyles();
  return (
    <span className={row}>
      <Mark />
      {props.withName && <span className={name}>Argo CD Hub</span>}
    </span>
  );
};
