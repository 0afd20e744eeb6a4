import { readFileSync } from 'node:fs';

/** The version in package.json, which stands two folders above this file in the checkout and one above the published bundle. */
export function version(): string {
  for (const up of ['../../package.json', '../package.json']) {
    try {
      const text = readFileSync(new URL(up, import.meta.url), 'utf8');
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null && 'version' in value) return String(value.version);
    } catch {
      // Not there: the other place is tried.
    }
  }
  return 'unknown';
}
