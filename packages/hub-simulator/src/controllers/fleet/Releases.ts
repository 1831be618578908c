import type { Random } from '../../random';
import { applicationName } from '../../scenarios/fleet/application';
import type {
  PlannedApplication,
  PlannedService,
  Release,
} from '../../scenarios/fleet/plan';
import { byService } from './paper';
import { paperStatus } from './paperStatus';
import type { PaperWriter } from './PaperWriter';

type Step = () => void;

/** New releases of services, deployed from cluster to cluster, write by write. */
export class Releases {
  readonly #random: Random;
  readonly #writer: PaperWriter;
  readonly #applications: readonly PlannedApplication[];
  readonly #placesOf: Map<PlannedService, PlannedApplication[]>;
  readonly #steps: Step[] = [];

  constructor(options: {
    random: Random;
    writer: PaperWriter;
    applications: readonly PlannedApplication[];
  }) {
    this.#random = options.random;
    this.#writer = options.writer;
    this.#applications = options.applications;
    this.#placesOf = byService(options.applications);
  }

  /** One write: the next step of a rollout under way, or the first of a new one. */
  deployNext(): void {
    const step = this.#steps.shift();
    if (step) {
      step();
      return;
    }
    this.#release();
    this.#steps.shift()?.();
  }

  /** A service gets a new release, which goes from cluster to cluster. */
  #release(): void {
    const random = this.#random;
    const { service } = random.pick(this.#applications);
    const last = service.releases.at(-1)!;
    const [major, minor] = last.tag.split('.').map(Number);
    const tag = `${major}.${minor + 1}.0`;
    const release: Release = { revision: random.hex(40), tag, ageMs: 0 };
    service.releases.push(release);
    if (service.releases.length > 12) service.releases.shift();
    const steps = this.#placesOf
      .get(service)!
      .map(({ cluster }) => applicationName(service.name, cluster.name))
      .map(name => this.#rollout(name, service, release));
    // Step by step over all clusters, as a webhook would start them all at once.
    for (let at = 0; at < 5; at += 1) {
      for (const each of steps) this.#steps.push(each[at]);
    }
  }

  /** The writes of one deployment; one in twenty is degraded for a moment. */
  #rollout(name: string, service: PlannedService, release: Release): Step[] {
    const isTroubled = this.#random.chance(0.05);
    const health = (status: string) => () =>
      this.#writer.update(name, (draft, now) => {
        if (this.#writer.dialError(draft)) return;
        paperStatus.setHealth(draft, status, now);
      });
    return [
      () =>
        this.#writer.update(name, draft =>
          paperStatus.setSync(draft, 'OutOfSync'),
        ),
      () =>
        this.#writer.update(name, (draft, now) =>
          paperStatus.begin(draft, release, now),
        ),
      () =>
        this.#writer.update(name, (draft, now) =>
          this.#writer.finish(draft, { service, release, now }),
        ),
      health(isTroubled ? 'Degraded' : 'Progressing'),
      health('Healthy'),
    ];
  }
}
