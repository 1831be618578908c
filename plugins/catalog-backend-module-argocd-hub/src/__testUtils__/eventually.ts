/** Tries until the check holds; the catalog works in the background. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** Long enough for the catalog to process what it was asked to. */
export const settle = () => new Promise(resolve => setTimeout(resolve, 2_500));
