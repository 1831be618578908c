const FEW = 20;
const SHARE = 0.1;

/** Whether so much is missing that the list is likelier wrong than the world changed. */
export function isMassRemoval(missing: number, known: number): boolean {
  return (
    (missing > 0 && missing === known) ||
    (missing >= FEW && missing > known * SHARE)
  );
}
