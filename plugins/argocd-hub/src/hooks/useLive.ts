import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { SIGNAL_CHANNEL } from 'backstage-plugin-argocd-hub-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { isForbidden } from './isForbidden';
import { Poller, type PollerOptions } from './Poller';

/** A poll that finds nothing new costs the backend one comparison. */
const POLL_MS = 10_000;
const MIN_GAP_MS = 1_000;

/** What is known of something that changes. */
export interface Live<T> {
  /** The last answer; kept while later requests fail, but not once it may not be seen. */
  data?: T;
  /** Of the last request. */
  error?: Error;
  /** Milliseconds since the epoch: when the backend last answered. */
  contactAt?: number;
  /** Asks again, as soon as that may be. */
  retry(): void;
}

type Load<T> = PollerOptions<T>['load'];
type State<T> = Omit<Live<T>, 'retry'> & { load: Load<T> };

/**
 * Something of the backend, kept up to date while the browser tab is visible: at
 * once after a signal that concerns it, when the tab comes to the front, and by
 * polling, since a signal may get lost.
 *
 * @param load - another function begins anew
 */
export function useLive<T>(
  load: Load<T>,
  options: {
    /** Whether a signal with these keys may be about it; no data before the first answer. */
    concerns: (changeKeys: string[], data: T | undefined) => boolean;
    /** In milliseconds: never asks more often. Default: 1000. */
    minGapMs?: number;
  },
): Live<T> {
  const { minGapMs = MIN_GAP_MS } = options;
  const [state, setState] = useState<State<T>>({ load });
  const poller = useRef<Poller<T>>();
  const latest = useRef<{ data?: T; concerns: typeof options.concerns }>();
  latest.current = { ...latest.current, concerns: options.concerns };

  useEffect(() => {
    const current = new Poller<T>({
      intervalMs: POLL_MS,
      minGapMs,
      load,
      onAnswer: data => {
        latest.current!.data = data;
        setState({ load, data, contactAt: Date.now() });
      },
      onError: error =>
        setState(last =>
          isForbidden(error) ? { load, error } : { ...last, load, error },
        ),
    });
    poller.current = current;
    latest.current!.data = undefined;
    setState({ load });
    current.poke();
    const stopWatching = watchVisibility(current);
    return () => {
      stopWatching();
      current.stop();
    };
  }, [load, minGapMs]);

  const retry = useCallback(() => poller.current?.poke(), []);
  useChangeSignal(
    useCallback(changeKeys => {
      const { data, concerns } = latest.current!;
      // It asks at once when it is visible again.
      const isVisible = document.visibilityState !== 'hidden';
      if (isVisible && concerns(changeKeys, data)) {
        poller.current?.poke();
      }
    }, []),
  );

  // Never the rows of another one, not even for the first frame after a change.
  const { data, error, contactAt } =
    state.load === load ? state : ({} as Partial<State<T>>);
  return { data, error, contactAt, retry };
}

function watchVisibility(
  poller: Pick<Poller<unknown>, 'poke' | 'setPaused'>,
): () => void {
  const onVisibility = () =>
    poller.setPaused(document.visibilityState === 'hidden');
  const onFocus = () => poller.poke();
  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('focus', onFocus);
  window.addEventListener('online', onFocus);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('focus', onFocus);
    window.removeEventListener('online', onFocus);
  };
}

/**
 * Subscribes rather than using `useSignal`: that one renders the whole tab for
 * every signal, and of two that come at once it keeps only the last.
 */
function useChangeSignal(onChange: (changeKeys: string[]) => void): void {
  const signals = useApiHolder().get(signalApiRef);
  useEffect(() => {
    const subscription = signals?.subscribe(SIGNAL_CHANNEL, message => {
      if (Array.isArray(message.changeKeys)) {
        onChange(message.changeKeys as string[]);
      }
    });
    return () => subscription?.unsubscribe();
  }, [signals, onChange]);
}
