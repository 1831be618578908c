import type { Health } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';

interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    terminated?: { reason?: string; message?: string; exitCode?: number };
  };
  lastState?: { terminated?: unknown };
}

interface Pod {
  spec?: { restartPolicy?: string };
  status?: {
    phase?: string;
    message?: string;
    conditions?: { type: string; status: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

interface Job {
  status?: {
    conditions?: { type: string; status?: string; message?: string }[];
  };
}

export function batchHealth(object: GenericObject): Health {
  const { conditions = [] } = (object as unknown as Job).status ?? {};
  const find = (type: string) => conditions.find(each => each.type === type);
  const failed = find('Failed');
  if (failed) return { status: 'Degraded', message: failed.message };
  if (find('Suspended')?.status === 'True') return { status: 'Suspended' };
  const complete = find('Complete') ?? find('Suspended');
  return complete
    ? { status: 'Healthy', message: complete.message }
    : { status: 'Progressing' };
}

export function podHealth(object: GenericObject): Health {
  const { spec, status = {} } = object as unknown as Pod;
  const { phase, message } = status;
  const restarts = (spec?.restartPolicy ?? 'Always') === 'Always';
  const stuck = restarts ? stuckMessages(status.containerStatuses) : [];
  if (stuck.length) return { status: 'Degraded', message: stuck.join(', ') };
  // What nobody has scheduled yet is pending too.
  switch (phase || 'Pending') {
    case 'Pending':
      return { status: 'Progressing', message };
    case 'Succeeded':
      return { status: 'Healthy', message };
    case 'Failed':
      return { status: 'Degraded', message: message || failureOf(status) };
    case 'Running':
      // What runs once is not done before it has ended.
      return restarts ? runningHealth(status) : { status: 'Progressing' };
    default:
      return { status: 'Unknown', message };
  }
}

function runningHealth(status: NonNullable<Pod['status']>): Health {
  const { conditions, containerStatuses = [], message } = status;
  const ready = conditions?.find(({ type }) => type === 'Ready');
  // A pod without conditions is one that nobody probes.
  if (!conditions || ready?.status === 'True') {
    return { status: 'Healthy', message };
  }
  const hasEnded = containerStatuses.some(each => each.lastState?.terminated);
  return { status: hasEnded ? 'Degraded' : 'Progressing', message };
}

function stuckMessages(containers: ContainerStatus[] = []): string[] {
  return containers.flatMap(({ state }) => {
    const { reason = '', message = '' } = state?.waiting ?? {};
    return /^Err|Error$|BackOff$/.test(reason) ? [message] : [];
  });
}

function failureOf(status: NonNullable<Pod['status']>): string | undefined {
  const all = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  for (const { name, state } of all) {
    const { message, reason, exitCode } = state?.terminated ?? {};
    if (message) return message;
    if (reason === 'OOMKilled') return reason;
    if (exitCode) {
      return `container "${name}" failed with exit code ${exitCode}`;
    }
  }
  return undefined;
}
