import { withoutSecrets } from '../hub/withoutSecrets';

const LONGEST = 300;
/** What is told is far shorter; without a limit a hub could keep us busy with its words. */
const LONGEST_READ = 2_000;

/**
 * What went wrong with a hub, for an operator who may not know its addresses:
 * URLs, and addresses with a port, are left out.
 */
export function messageForPeople(message: string): string {
  // Each begins only where a word does: a look from every character takes for ever.
  const shown = beginning(message)
    .replace(/(?<![a-z0-9+.-])[a-z0-9+.-]*:\/\/[^\s"',)]+/gi, '…')
    .replace(/\[[0-9a-f:.]+\](:\d+)?/gi, '…')
    .replace(/[\w.-]+(?::\d+\b)?/g, word =>
      word.includes('.') && word.includes(':') ? '…' : word,
    )
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '…');
  const told = withoutSecrets(shown);
  return told.length > LONGEST ? `${told.slice(0, LONGEST - 1)}…` : told;
}

/** Without the word that the cut goes through: half an address is not known for one. */
function beginning(message: string): string {
  if (message.length <= LONGEST_READ) {
    return message;
  }
  const cut = message.slice(0, LONGEST_READ);
  return `${cut.slice(0, cut.lastIndexOf(' ') + 1) || cut.slice(0, LONGEST)}…`;
}
