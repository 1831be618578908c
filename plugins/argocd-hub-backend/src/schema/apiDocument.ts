import { readFile } from 'node:fs/promises';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parse } from 'yaml';

/** An OpenAPI 3.1 document, as far as we look into it ourselves. */
export interface ApiDocument {
  openapi: string;
  servers: { url: string }[];
  /** Operations by path and method; paths begin below the server. */
  paths: Record<string, Record<string, unknown>>;
}

/** Part of the published package. */
export const API_FILE = resolvePackagePath(
  'backstage-plugin-argocd-hub-backend',
  'src/schema/openapi.yaml',
);

let reading: Promise<ApiDocument> | undefined;

/** The document of our routes, read once. */
export async function readApiDocument(): Promise<ApiDocument> {
  reading ??= readFile(API_FILE, 'utf8').then(text => parse(text));
  return reading;
}
