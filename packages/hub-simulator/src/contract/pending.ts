/** Facts whose test is still to come; the list may only get shorter. */
export const PENDING: string[] = [
  'F1.3.10',
  'F2.8',
  'F2.9',
  'F3.7',
  'F4.9',
  'F5.1',
  'F5.7',
  'F5.10',
  'F10.3.4',
];
