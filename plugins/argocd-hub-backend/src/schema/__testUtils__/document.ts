import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { API_FILE, type ApiDocument } from '../apiDocument';

/** What the file says, at once, so that tests can be made of it. */
export const document: ApiDocument = parse(readFileSync(API_FILE, 'utf8'));
