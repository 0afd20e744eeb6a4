import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddOptions } from './add.ts';
import type { AddResult } from './result.ts';
import { cyclonedx, larderForTest } from './testing.ts';
import { watchPaths } from './watch.ts';

/** A watch that runs beside the test: what it told so far, and its end. */
function watching(options: Omit<AddOptions, 'who'>): {
  readonly told: AddResult[];
  readonly rounds: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly ended: Promise<void>;
} {
  const told: AddResult[] = [];
  const controller = new AbortController();
  let summaries = 0;
  const ended = (async () => {
    for await (const event of watchPaths({ who: 'tester', ...options, signal: controller.signal })) {
      if (event.type === 'document') told.push(event.result);
      if (event.type === 'summary') summaries++;
    }
  })();
  return {
    told,
    ended,
    rounds: async count => {
      while (summaries < count) await pause(20);
    },
    stop: () => {
      controller.abort();
      return ended;
    },
  };
}

function outcomes(told: readonly AddResult[], folder: string): string[] {
  return told.map(
    ({ path, status, diagnostics }) =>
      `${path.slice(folder.length + 1)} ${status} ${diagnostics[0]?.code ?? ''}`,
  );
}

test('a watch keeps the rules of a walk, and waits for a writer that pauses', async () => {
  const { folder, store, dispose } = await larderForTest();
  const inbox = join(folder, 'inbox');
  await mkdir(join(inbox, '.git'), { recursive: true });
  await writeFile(join(folder, 'secret.json'), '{}');
  const watch = watching({ store, paths: [inbox], leaveOut: [join(inbox, 'out.jsonl')] });
  await watch.rounds(1);

  const whole = cyclonedx('slow', '1', ['x', 'y']);
  await writeFile(join(inbox, 'slow.json'), whole.slice(0, 100));
  await writeFile(join(inbox, '.git', 'config'), 'x');
  await writeFile(join(inbox, 'out.jsonl'), 'x');
  await symlink(join(folder, 'secret.json'), join(inbox, 'secret.json'));
  await pause(1200);
  await writeFile(join(inbox, 'slow.json'), whole);
  await watch.rounds(3);
  await watch.stop();

  assert.deepEqual(outcomes(watch.told, inbox), ['secret.json rejected unsafe-path', 'slow.json accepted ']);
  await dispose();
});

test('a file is heard of after another one took its name', async () => {
  const { folder, store, dispose } = await larderForTest();
  const file = join(folder, 'a.json');
  await writeFile(file, cyclonedx('a', '1', []));
  const watch = watching({ store, paths: [file] });
  await watch.rounds(1);
  for (const version of ['2', '3']) {
    await writeFile(`${file}.new`, cyclonedx('a', version, []));
    await rename(`${file}.new`, file);
    await watch.rounds(Number(version));
  }
  await watch.stop();
  assert.deepEqual(
    watch.told.map(one => [one.path, one.release]),
    ['1', '2', '3'].map(version => [file, version]),
  );
  await dispose();
});

test('a watch goes on without a folder that is removed, and ends with the last one', async () => {
  const { folder, store, dispose } = await larderForTest();
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await mkdir(first);
  await mkdir(second);
  const watch = watching({ store, paths: [first, second] });
  await watch.rounds(1);
  await rm(first, { recursive: true });
  await watch.rounds(2);
  await writeFile(join(second, 'a.json'), cyclonedx('a', '1', []));
  await watch.rounds(3);
  await rm(second, { recursive: true });
  await watch.ended;
  assert.deepEqual(outcomes(watch.told, folder), [
    'first rejected not-found',
    'second/a.json accepted ',
    'second rejected not-found',
  ]);
  await dispose();
});

test('what is not there to be watched is told in a sentence', async () => {
  const { folder, store, dispose } = await larderForTest();
  await assert.rejects(watching({ store, paths: [join(folder, 'none')] }).ended, /none does not exist/);
  await assert.rejects(
    watching({ store, paths: [join(folder, '*.json')] }).ended,
    /a glob cannot be watched/,
  );
  await dispose();
});
