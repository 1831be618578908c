import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// The rule knows the modules of older versions of Node only.
// eslint-disable-next-line no-restricted-imports
import { DatabaseSync } from 'node:sqlite';

/** A secret as it could lie about: plain, URL-encoded, and within base64. */
export function formsOf(secret: string): string[] {
  const within = [0, 1, 2].map(offset => {
    const padded = Buffer.from(`${' '.repeat(offset)}${secret}`);
    // What depends on its neighbours is cut off at both ends.
    return padded.toString('base64').slice(offset ? 4 : 0, -4);
  });
  return [secret, encodeURIComponent(secret), ...within];
}

/** Every row of every SQLite database in a directory, as text. */
export function rowsIn(directory: string): string {
  const files = readdirSync(directory).filter(name => /sqlite$/.test(name));
  return files.map(file => dump(join(directory, file))).join('\n');
}

/** Every log file in a directory. */
export function logsIn(directory: string): string {
  const files = readdirSync(directory).filter(name => name.endsWith('.log'));
  return files.map(name => readFileSync(join(directory, name))).join('\n');
}

function dump(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all())
      .map(row => Object.values(row).map(textOf).join(' '))
      .join('\n');
  } finally {
    database.close();
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('latin1')
    : String(value);
}
