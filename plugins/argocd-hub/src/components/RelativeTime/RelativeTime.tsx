import { useWords } from '../../hooks/useWords';
import { agoText } from '../../text/ago';

/** "12 min ago", with the exact time on hover. */
export const RelativeTime = ({ at }: { at?: string }) => {
  const words = useWords();
  const text = agoText(at, words);
  return at ? (
    <time dateTime={at} title={words.time.exact(at)}>
      {text}
    </time>
  ) : (
    <>{text}</>
  );
};
