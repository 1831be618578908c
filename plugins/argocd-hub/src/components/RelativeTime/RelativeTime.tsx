import { useWords } from '../../hooks/useWords';

/** "12 min ago", with the exact time on hover. */
export const RelativeTime = ({ at }: { at?: string }) => {
  const { t, time, now } = useWords();
  const age = time.age(at, now);
  if (!at || !age) {
    return <>{t('time.unknown')}</>;
  }
  const recent = now - Date.parse(at) < 10_000;
  return (
    <time dateTime={at} title={time.exact(at)}>
      {recent ? t('time.justNow') : t('time.ago', { age })}
    </time>
  );
};
