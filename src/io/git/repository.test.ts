import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { GitRepository } from './repository.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-git-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

function git(at: string, args: readonly string[], input = ''): string {
  return execFileSync('git', ['-C', at, ...args], { input, encoding: 'utf8' }).trim();
}

/** A file of which each commit changes the next line, so that git keeps a version as a change to its neighbour. */
function history(commits: number): string {
  const lines = Array.from({ length: commits }, (_, index) => lineOf(`old ${index}`));
  let stream = '';
  for (let index = 0; index < commits; index++) {
    lines[index] = lineOf(`new ${index}`);
    const content = lines.join('');
    stream += `commit refs/heads/main\ncommitter a <a@example.com> ${index} +0000\ndata 1\nx\nM 100644 inline list\ndata ${content.length}\n${content}\n`;
  }
  return stream;
}

function lineOf(text: string): string {
  return `${createHash('sha256').update(text).digest('hex')}\n`;
}

async function newRepository(name: string, commits: number): Promise<string> {
  const at = join(folder, name);
  await mkdir(at);
  git(at, ['init', '-q', '-b', 'main']);
  git(at, ['fast-import', '--quiet'], history(commits));
  return at;
}

test('reads every version of a file through long chains of changes, by place and by name', async () => {
  const commits = 45;
  const at = await newRepository('chains', commits);
  for (const byPlace of ['true', 'false']) {
    git(at, ['-c', `repack.usedeltabaseoffset=${byPlace}`, 'repack', '-adfq', '--depth=50', '--window=2']);
    const repository = GitRepository.of(at);
    assert.ok(repository);
    for (let back = 0; back < commits; back++) {
      const commit = repository.commit(`main~${back}`) ?? '';
      const [entry] = repository.entries(repository.folder(commit, []) ?? '');
      const content: string = repository.blob(entry?.object ?? '').toString('utf8');
      const last = commits - 1 - back;
      assert.equal(content.split('\n')[last], lineOf(`new ${last}`).trim());
    }
    repository.close();
  }
});

test('an index without its pack is passed over, as git does', async () => {
  const at = await newRepository('no-pack', 1);
  git(at, ['repack', '-adq']);
  const packs = join(at, '.git/objects/pack');
  for (const name of await readdir(packs)) if (name.endsWith('.pack')) await rm(join(packs, name));
  const repository = GitRepository.of(at);
  assert.throws(() => repository?.commit('main'), { code: 'not-found' });
});

test('a tree that is cut off is damaged, and not one with less in it', async () => {
  const at = await newRepository('cut', 1);
  const entry = Buffer.concat([Buffer.from('100644 list\0'), Buffer.alloc(20, 1)]);
  const content = Buffer.concat([entry, entry.subarray(0, -1)]);
  const whole = Buffer.concat([Buffer.from(`tree ${content.length}\0`), content]);
  const name = createHash('sha1').update(whole).digest('hex');
  const place = join(at, '.git/objects', name.slice(0, 2));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, name.slice(2)), deflateSync(whole));
  assert.throws(() => GitRepository.of(at)?.entries(name), { code: 'corrupt' });
});
