import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

// Documentation drifts: what it names must exist, what it shows must parse.
const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')]
  .map(path => path.replaceAll('\\', '/'))
  .sort();
// Their places are kept, or a command builds them.
const LATER = new Set([
  'src/server/',
  'src/fix/',
  'dist/THIRD-PARTY-LICENSES.txt',
  'data/',
  'docs/schema/',
  'docs/schema',
  '.larder/',
]);

for (const page of pages) {
  const text = readFileSync(page, 'utf8');

  test(`${page}: its links lead somewhere`, () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), path);
      assert.ok(existsSync(file) || LATER.has(file), `${target} does not exist`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(file).includes(anchor), `${target}: there is no such heading`);
    }
  });

  test(`${page}: the files it names exist`, () => {
    for (const [, path = ''] of text.matchAll(
      /`((?:src|tools|test|bench|bin|docs|samples|\.ci)\/[\w./-]*)`/g,
    )) {
      assert.ok(existsSync(path) || LATER.has(path), `${path} does not exist`);
    }
  });

  test(`${page}: the JSON it shows parses`, () => {
    for (const [, code = ''] of text.matchAll(/^```json\n([\s\S]*?)^```/gm)) JSON.parse(code);
  });

  test(`${page}: the npm scripts it names exist`, () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of text.matchAll(/\bnpm run ([\w:]+)/g))
      assert.ok(name in scripts, `npm run ${name}`);
  });
}

test('decisions are numbered without a gap', () => {
  const numbers = globSync('docs/decisions/*.md')
    .map(path => Number(/(\d{3})-[^/\\]+\.md$/.exec(path)?.[1]))
    .sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
});

function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
