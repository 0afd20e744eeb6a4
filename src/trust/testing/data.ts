import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../data/attest');

/** The reason to skip a test that needs the real test data, or false when it is there. */
export const skipWithoutData: string | false = existsSync(root)
  ? false
  : 'the test data is absent (data/attest)';

/** A path in the test data. */
export function dataPath(path: string): string {
  return join(root, path);
}

export function hasData(path: string): boolean {
  return existsSync(join(root, path));
}

export function dataBytes(path: string): Buffer {
  return readFileSync(join(root, path));
}

export function dataJson(path: string): unknown {
  return JSON.parse(dataBytes(path).toString('utf8'));
}
