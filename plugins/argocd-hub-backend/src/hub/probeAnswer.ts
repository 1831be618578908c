import { isEventList, isJson } from './eventList';
import type { HubAnswer } from './HubAnswer';
import { HubError } from './HubError';
import { errorBody } from './hubRefusal';
import type { HubWords } from './hubWords';
import type { ProbeAnswer } from './types';

const LARGEST_ERROR = 64 * 1024;

/**
 * What a live read of a cluster was answered with. A body that is none of Argo
 * CD, or does not come to its end, says nothing, whatever the status.
 */
export async function probeAnswer(
  answer: HubAnswer,
  words: HubWords,
): Promise<ProbeAnswer> {
  const { status } = answer;
  if (status === 200) {
    return (await isEventList(answer))
      ? { status, isEventList: true }
      : { status };
  }
  if (!isJson(answer)) {
    return { status };
  }
  const text = await answer.text(LARGEST_ERROR).catch(unread);
  return text === undefined
    ? { status }
    : { status, ...errorBody(text, words) };
}

function unread(error: unknown): undefined {
  if (!(error instanceof HubError)) {
    throw error;
  }
}
