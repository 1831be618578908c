import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);
const count = z.number().int().min(1);

const scenarioFile = z.strictObject({
  scenario: z.enum(['demo', 'fleet']).optional(),
  applications: count.optional(),
  clusters: count.optional(),
  changeRate: z.number().min(0).optional(),
  idleNoise: z.boolean().optional(),
  seed: z.number().int().optional(),
  hubs: z.array(name).min(1).optional(),
  argocdVersion: z.string().optional(),
  trueCost: z.boolean().optional(),
  shards: count.optional(),
  replicaLagsMs: z.array(z.number().min(0)).min(1).optional(),
  rootPath: z.string().optional(),
  timeScale: z.number().positive().optional(),
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
  const faults = result.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'it'}: ${message}`,
  );
  throw new Error(`scenario ${path} is not right: ${faults.join('; ')}`);
}
