/** What argocd-cm and the flags of argocd-server say, as far as it shows. */
export interface HubSettings {
  /** `users.anonymous.enabled` */
  anonymousEnabled: boolean;
  /** `users.session.duration` */
  sessionSeconds: number;
  /** `cluster.inClusterEnabled` */
  inClusterEnabled: boolean;
  /** `application.instanceLabelKey` */
  appLabelKey: string;
  /** `application.resourceTrackingMethod` */
  trackingMethod: string;
  /** `passwordPattern` */
  passwordPattern: string;
  /** `ui.bannercontent` */
  bannerContent?: string;
  /** `resource.customizations`, by `group/Kind` */
  resourceOverrides?: Record<string, object>;
  hydratorEnabled: boolean;
  syncWithReplaceAllowed: boolean;
  /** `exec.enabled` */
  execEnabled: boolean;
  /** names in argocd-notifications-cm */
  notifications: {
    triggers: string[];
    services: string[];
    templates: string[];
  };
  /** `globalProjects`: which projects take over from which other one */
  globalProjects: {
    projectName: string;
    labelSelector: {
      matchLabels?: Record<string, string>;
      matchExpressions?: { key: string; operator: string; values?: string[] }[];
    };
  }[];
}

/** The settings of a default installation. */
export function defaultSettings(): HubSettings {
  return {
    anonymousEnabled: false,
    sessionSeconds: 24 * 60 * 60,
    inClusterEnabled: true,
    appLabelKey: 'app.kubernetes.io/instance',
    trackingMethod: 'annotation',
    passwordPattern: '^.{8,32}$',
    hydratorEnabled: false,
    syncWithReplaceAllowed: true,
    execEnabled: false,
    notifications: { triggers: [], services: [], templates: [] },
    globalProjects: [],
  };
}
