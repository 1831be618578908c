const KNOWN: Record<string, string> = {
  '2.14': 'v2.14.21+7c2e5a1',
  '3.4': 'v3.4.7+5a0d1c9',
  '3.5': 'v3.5.1+109ca7c',
};

/** The release of Argo CD that a hub behaves like. */
export class ArgoVersion {
  /** as `/api/version` tells it, such as `v3.5.1+109ca7c` */
  readonly text: string;
  readonly #number: number;

  private constructor(release: string) {
    this.text = KNOWN[release];
    this.#number = numberOf(release);
  }

  /** @throws an Error that names the releases there are */
  static of(release = '3.5'): ArgoVersion {
    if (!(release in KNOWN)) {
      const known = Object.keys(KNOWN).join(', ');
      throw new Error(
        `unknown Argo CD version ${release}; there are: ${known}`,
      );
    }
    return new ArgoVersion(release);
  }

  /** Whether this is `release`, such as `3.2`, or later. */
  isAtLeast(release: string): boolean {
    return this.#number >= numberOf(release);
  }
}

function numberOf(release: string): number {
  const [major, minor] = release.split('.').map(Number);
  return major * 1000 + minor;
}
