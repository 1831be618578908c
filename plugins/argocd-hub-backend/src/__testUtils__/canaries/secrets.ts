/**
 * Every secret that fixtures make up. No answer and no log of the backend may
 * hold one of them, see `watchCanaries`. They hold what encodings change, and
 * nothing that a header could not carry.
 */
export const CANARIES = {
  hubToken: 'canary-hub-token/7f3a+91d2=?&~"<x>',
  hubPassword: 'canary-hub-password/51c8+aa07=?&~"<x>',
  hubSession: 'canary-hub-session/e2b4+0d6f=?&~"<x>',
  helmValue: 'canary-helm-value/83d1+f5c9=?&~"<x>',
  helmParameter: 'canary-helm-parameter/6be0+2a7c=?&~"<x>',
  pluginEnv: 'canary-plugin-env/90f7+d3e8=?&~"<x>',
  annotation: 'canary-annotation/c1a5+7b42=?&~"<x>',
  spokeToken: 'canary-spoke-token/4d9e+86f0=?&~"<x>',
  /** Fit for names, addresses and YAML. */
  word: 'canary-word-2c95e07ab1d3',
} as const;
