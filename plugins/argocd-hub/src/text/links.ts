/** The address as a browser may open it; undefined for ssh, oci and everything that is not plain http. */
export function browsable(url: string): string | undefined {
  try {
    const { protocol, username, password, href } = new URL(url);
    const plain = protocol === 'https:' || protocol === 'http:';
    return plain && !username && !password ? href : undefined;
  } catch {
    return undefined;
  }
}

/** "agent-prod.example.com": what a link to an address is called. */
export function hostName(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
