import { useApi, useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  SIGNAL_CHANNEL,
  type EntityDeployments,
} from 'backstage-plugin-argocd-hub-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { argocdHubApiRef } from '../api/argocdHubApiRef';
import { isForbidden } from './isForbidden';
import { Poller } from './Poller';

/** A poll that finds nothing new costs the backend one comparison. */
const POLL_MS = 10_000;
const MIN_GAP_MS = 1_000;

/** What is known of an entity's deployments. */
export interface LiveDeployments {
  /** The last answer; kept while later requests fail, but not once it may not be seen. */
  data?: EntityDeployments;
  /** Of the last request. */
  error?: Error;
  /** Milliseconds since the epoch: when the backend last answered. */
  contactAt?: number;
  retry(): void;
}

type State = Omit<LiveDeployments, 'retry'> & { entityRef: string };

/**
 * The deployments of an entity, kept up to date: at once after a signal that
 * names them, when the browser tab comes to the front, and by polling while it
 * is visible, since a signal may get lost.
 */
export function useEntityDeployments(entityRef: string): LiveDeployments {
  const api = useApi(argocdHubApiRef);
  const [state, setState] = useState<State>({ entityRef });
  const poller = useRef<Poller<EntityDeployments>>();
  const changeKey = useRef<string>();

  useEffect(() => {
    const current = new Poller<EntityDeployments>({
      intervalMs: POLL_MS,
      minGapMs: MIN_GAP_MS,
      load: options => api.getEntityDeployments(entityRef, options),
      onAnswer: data => {
        changeKey.current = data.changeKey;
        setState({ entityRef, data, contactAt: Date.now() });
      },
      onError: error =>
        setState(last =>
          isForbidden(error)
            ? { entityRef, error }
            : { ...last, entityRef, error },
        ),
    });
    poller.current = current;
    changeKey.current = undefined;
    setState({ entityRef });
    current.poke();
    const stopWatching = watchVisibility(current);
    return () => {
      stopWatching();
      current.stop();
    };
  }, [api, entityRef]);

  const retry = useCallback(() => poller.current?.poke(), []);
  useChangeSignal(
    useCallback(
      changeKeys => {
        // Until the first answer tells the key, it may be anybody's.
        if (!changeKey.current || changeKeys.includes(changeKey.current)) {
          poller.current?.poke();
        }
      },
      [poller],
    ),
  );

  // Never another entity's rows, not even for the first frame after a change.
  const { data, error, contactAt } =
    state.entityRef === entityRef ? state : ({} as Partial<State>);
  return { data, error, contactAt, retry };
}

function watchVisibility(poller: Poller<EntityDeployments>): () => void {
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
 * every entity's signal, and of two that come at once it keeps only the last.
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
