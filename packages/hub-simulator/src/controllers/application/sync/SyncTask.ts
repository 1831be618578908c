import type { GenericObject } from '../../../types/kubernetes';
import { deletePolicies, hasSyncOption, isHook, waveOf } from '../hooks';
import { groupOf, objectKey } from '../objects';

/** One object to be applied or pruned in one phase of a sync. */
export class SyncTask {
  phase: string;
  target: GenericObject | undefined;
  live: GenericObject | undefined;
  /** where it goes although its own wave says otherwise */
  waveOverride: number | undefined;
  /** Synced, SyncFailed, Pruned or PruneSkipped */
  status = '';
  /** '' while nothing was done, Running, then Succeeded, Failed or Error */
  state = '';
  message = '';
  /** its kind is only just being made */
  skipsDryRun = false;

  constructor(options: {
    phase: string;
    target?: GenericObject;
    live?: GenericObject;
  }) {
    this.phase = options.phase;
    this.target = options.target;
    this.live = options.live;
  }

  get object(): GenericObject {
    return (this.target ?? this.live)!;
  }

  /** identity of its result */
  get key(): string {
    return `${objectKey(this.object)}:${this.phase}`;
  }

  get wave(): number {
    return this.waveOverride ?? waveOf(this.object);
  }

  get isPrune(): boolean {
    return !this.target;
  }

  get isHook(): boolean {
    return isHook(this.object);
  }

  get isPending(): boolean {
    return !this.state;
  }

  get isRunning(): boolean {
    return this.state === 'Running' || this.state === 'Terminating';
  }

  get isCompleted(): boolean {
    return ['Succeeded', 'Failed', 'Error'].includes(this.state);
  }

  get isFailed(): boolean {
    return this.isCompleted && this.state !== 'Succeeded';
  }

  /** `group/kind/name`, as messages name it */
  get title(): string {
    const { kind, metadata } = this.object;
    return `${groupOf(this.object)}/${kind}/${metadata.name}`;
  }

  /** Whether its hook is to be deleted on an occasion. */
  deletesOn(policy: string): boolean {
    return (
      this.isHook && !!this.live && deletePolicies(this.object).includes(policy)
    );
  }

  get deletesBeforeCreation(): boolean {
    return this.isPending && this.deletesOn('BeforeHookCreation');
  }

  /** Whether an option stands in an annotation of its objects. */
  hasOption(option: string): boolean {
    return [this.target, this.live].some(
      object => !!object && hasSyncOption(object, option),
    );
  }
}
