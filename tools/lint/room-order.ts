import { posix } from 'node:path';
import { onImports, type Rule } from './rule.ts';

/** The house, top to bottom: a room may import the rooms after it, never one before it. */
export const ROOMS = [
  'cli',
  'server',
  'fix',
  'scan',
  'ingest',
  'graph',
  'trust',
  'advisories',
  'store',
  'formats',
  'versions',
  'registries',
  'io',
  'model',
] as const;

/** Imports run down the house, never up, and no room reaches into tools, tests or benchmarks. */
export const roomOrder: Rule = {
  create(context) {
    const path = context.filename.replaceAll('\\', '/');
    const start = path.lastIndexOf('/src/');
    if (start < 0) return {};
    const file = path.slice(start + 1);
    const room = roomOf(file);
    return onImports((specifier, node) => {
      if (!specifier.startsWith('.')) return;
      const target = posix.normalize(posix.join(posix.dirname(file), specifier));
      const message = fault(room, target);
      if (message !== null) context.report({ node, message });
    });
  },
};

function roomOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function fault(room: string, target: string): string | null {
  if (!target.startsWith('src/')) {
    return target === 'package.json' ? null : `src imports nothing outside src, not ${target}`;
  }
  const from = ROOMS.findIndex(name => name === room);
  const to = ROOMS.findIndex(name => name === roomOf(target));
  if (from < 0 || to < 0)
    return `${from < 0 ? room : roomOf(target)} is no room; rooms are ${ROOMS.join(', ')}`;
  return to < from ? `${room} may not import ${ROOMS[to]}: imports run down ${ROOMS.join(' > ')}` : null;
}
