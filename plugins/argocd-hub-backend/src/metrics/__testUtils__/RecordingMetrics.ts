import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import type { MetricsService } from '../../metrics';

/** One value that an instrument was given. */
export interface Measured {
  name: string;
  value: number;
  attributes: Record<string, unknown>;
}

type Options = Record<string, unknown>;
type Callback = (result: {
  observe(value: number, attributes?: object): void;
}) => unknown;

/** A metrics service that keeps what it is given, and collects when asked to. */
export class RecordingMetrics {
  /** How every instrument was made, by name. */
  readonly made = new Map<string, { kind: string; options: Options }>();
  /** In order, but for observed ones. */
  readonly recorded: Measured[] = [];
  readonly service: ReturnType<typeof metricsServiceMock.mock>;
  readonly #callbacks = new Map<string, Set<Callback>>();

  constructor() {
    const take =
      (name: string) =>
      (value: number, attributes: object = {}) => {
        this.recorded.push({ name, value, attributes: { ...attributes } });
      };
    this.service = metricsServiceMock.mock({
      createCounter: (name: string, options: Options = {}) => {
        this.made.set(name, { kind: 'counter', options });
        return { add: take(name) };
      },
      createHistogram: (name: string, options: Options = {}) => {
        this.made.set(name, { kind: 'histogram', options });
        return { record: take(name) };
      },
      createObservableGauge: (name: string, options: Options = {}) => {
        this.made.set(name, { kind: 'observable gauge', options });
        const callbacks = new Set<Callback>();
        this.#callbacks.set(name, callbacks);
        return {
          addCallback: (callback: Callback) => callbacks.add(callback),
          removeCallback: (callback: Callback) => callbacks.delete(callback),
        };
      },
    } as unknown as Partial<MetricsService>);
  }

  /** What a counter or a histogram was given so far. */
  of(name: string): Measured[] {
    return this.recorded.filter(measured => measured.name === name);
  }

  /** What observed instruments tell now. */
  async collect(): Promise<Measured[]> {
    const collected: Measured[] = [];
    await Promise.all(
      [...this.#callbacks].flatMap(([name, callbacks]) =>
        [...callbacks].map(callback =>
          callback({
            observe: (value, attributes = {}) =>
              collected.push({ name, value, attributes: { ...attributes } }),
          }),
        ),
      ),
    );
    return collected;
  }
}
