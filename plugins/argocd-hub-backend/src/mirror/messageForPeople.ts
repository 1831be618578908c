const LONGEST = 300;

/**
 * What went wrong with a hub, for an operator who may not know its addresses:
 * URLs, and addresses with a port, are left out.
 */
export function messageForPeople(message: string): string {
  const told = message
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"',)]+/gi, '…')
    .replace(/\[[0-9a-f:.]+\](:\d+)?/gi, '…')
    .replace(/\b[\w-]+(\.[\w-]+)+:\d+\b/g, '…')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '…');
  return told.length > LONGEST ? `${told.slice(0, LONGEST - 1)}…` : told;
}
