import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readFileBounded } from './read.ts';
import { findFiles } from './walk.ts';

describe('finding files', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'larder-walk-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function put(path: string, text: string | Buffer = '{}'): string {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  async function found(...paths: string[]): Promise<string[]> {
    const lines: string[] = [];
    for await (const { path, error } of findFiles(paths.map(path => join(folder, path))))
      lines.push(`${path.slice(folder.length + 1)}${error === null ? '' : ` ${error.code}`}`);
    return lines;
  }

  async function messages(...paths: string[]): Promise<string> {
    let text = '';
    for await (const { error } of findFiles(paths.map(path => join(folder, path))))
      text += `${error?.message ?? 'fine'}\n`;
    return text;
  }

  test('a folder that a glob matches is walked, once, and all else is told as if it had been given', async () => {
    for (const path of ['s/a.json', 's/x/bad.json', 's/x/deep/y.json', 's/x/.git/config', 's-b/c.json'])
      put(path);
    symlinkSync('nowhere', join(folder, 's', 'dangling*'));
    execFileSync('mkfifo', [join(folder, 's', 'pipe')]);
    const rest = ['s/a.json', 's/dangling* not-found', 's/pipe not-a-file'];
    const inside = ['s/x/bad.json', 's/x/deep/y.json'];
    assert.deepEqual(await found('s/*'), [...rest, ...inside]);
    assert.deepEqual(await found('s/x/**'), inside);
    assert.deepEqual(await found('s*/**'), ['s/a.json', ...rest.slice(1), ...inside, 's-b/c.json']);
    assert.deepEqual(await found('s/{x,x/.git}'), [...inside, 's/x/.git/config']);
    assert.deepEqual(await found('s/*.xml'), ['s/*.xml not-found']);
  });

  test('a file that is named as standard input is meant is a file where a walk finds it', async () => {
    put('dash/-');
    const before = process.cwd();
    process.chdir(join(folder, 'dash'));
    try {
      for (const path of ['.', '*']) for await (const one of findFiles([path])) assert.equal(one.path, './-');
    } finally {
      process.chdir(before);
    }
  });

  test('what exists and cannot be opened is not told as missing', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    assert.match(await messages('a'), /leads back to itself/);
    assert.match(await messages('x'.repeat(300)), /longer than this system allows/);
    assert.match(await messages('nowhere'), /nowhere does not exist; check the path/);
    await assert.rejects(readFileBounded(join(folder, 'a')), /leads back to itself/);
  });

  test('a folder that may not be entered is a matter of permissions', {
    skip: process.getuid?.() === 0 ? 'impossible here: root may enter every folder' : false,
  }, async () => {
    const file = put('closed/a.json');
    chmodSync(join(file, '..'), 0o600);
    assert.match(await messages('closed/a.json'), /may not be read by this user/);
    assert.match(await messages('closed'), /may not be read by this user/);
    chmodSync(join(file, '..'), 0o700);
  });

  test('a name that is no UTF-8 is told as that', {
    skip: process.platform === 'linux' ? false : 'impossible here: the system takes no such name',
  }, async () => {
    mkdirSync(join(folder, 'names'));
    const path = Buffer.concat([
      Buffer.from(join(folder, 'names', 'M')),
      Buffer.from([0xfc]),
      Buffer.from('ll'),
    ]);
    writeFileSync(path, '{}');
    assert.match(await messages('names'), /has a name that is no UTF-8; rename it/);
  });
});
