/** "agent-prod.example.com": what a link to an address is called. */
export function hostName(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
