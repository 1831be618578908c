/** Facts whose test is still to come; the list may only get shorter. */
export const PENDING: string[] = [
  'F3.7',
  'F4.9',
  'F5.1',
  'F5.7',
  'F5.10',
];
