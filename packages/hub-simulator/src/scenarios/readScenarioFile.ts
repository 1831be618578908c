import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);
const count = z.number().int().min(1);

/** What a world can be like, whoever says it. */
const world = z.object({
  applications: count.optional(),
  clusters: count.optional(),
  changeRate: z.number().min(0).optional(),
  idleNoise: z.boolean().optional(),
  seed: z.number().int().optional(),
  hubs: z
    .array(name)
    .min(1)
    .refine(names => new Set(names).size === names.length, 'a name twice')
    .optional(),
  argocdVersion: z.string().optional(),
  trueCost: z.boolean().optional(),
  shards: count.optional(),
  replicaLagsMs: z.array(z.number().min(0)).min(1).optional(),
  rootPath: z.string().optional(),
  timeScale: z.number().positive().optional(),
});

const scenarioFile = z.strictObject({
  ...world.shape,
  scenario: z.enum(['demo', 'fleet']).optional(),
  steps: z
    .array(
      z.strictObject({
        at: z.number().min(0),
        call: z.string().regex(/^(GET|POST) \/\S+$/),
        body: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** What a scenario file can say. */
export type ScenarioFile = z.infer<typeof scenarioFile>;

/** Reads a scenario as YAML or JSON; throws an Error that names file and field. */
export function readScenarioFile(path: string): ScenarioFile {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(
      `cannot read scenario ${path}: ${(error as Error).message}`,
    );
  }
  const result = scenarioFile.safeParse(content ?? {});
  if (result.success) return result.data;
  throw new Error(`scenario ${path} is not right: ${explain(result.error)}`);
}

/** Throws an Error that names what of a world makes no sense. */
export function checkWorld(options: object): void {
  const result = world.safeParse(options);
  if (!result.success) throw new Error(explain(result.error));
}

function explain({ issues }: z.ZodError): string {
  return issues
    .map(({ path: at, message }) => `${at.join('.') || 'it'}: ${message}`)
    .join('; ');
}
