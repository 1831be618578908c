/** Facts whose test is still to come; the list may only get shorter. */
export const PENDING: string[] = ['F4.9', 'F5.2', 'F5.10'];
