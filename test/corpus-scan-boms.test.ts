import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { larder, temporaryFolder } from '../src/cli/testing.ts';
import { writeCycloneDx } from '../src/formats/cyclonedx/write.ts';
import { documentInput } from '../src/formats/input.ts';
import { formats } from '../src/formats/list.ts';
import { writeSpdx } from '../src/formats/spdx/write.ts';
import { writeSpdx3 } from '../src/formats/spdx3/write.ts';
import { scanBom } from '../src/scan/bom.ts';
import { scan } from '../src/scan/run.ts';
import { FolderTree } from '../src/scan/tree.ts';

/**
 * The BOM of every package list of the corpus: valid by the official CycloneDX schema and by strict SPDX, and taken in by `larder add`. The plain run takes one
 * list in six, chosen by a hash of its path; LARDER_CORPUS=all takes all of them.
 */
const ROOT = join('data', 'lockfiles');
const ONE_IN = process.env['LARDER_CORPUS'] === 'all' ? 1 : 12;
const WRITERS = { cyclonedx: writeCycloneDx, spdx: writeSpdx, spdx3: writeSpdx3 } as const;
const skip = existsSync(ROOT) ? false : 'data/lockfiles is not unpacked';

test('the BOM of a scan of any package list is valid in each format, and larder add takes it', {
  skip,
}, async context => {
  const result = await scan(await FolderTree.open(ROOT), { skipInstalled: false, honourIgnore: false });
  const lists = [...Map.groupBy(result.projects, project => project.file)].filter(
    ([file]) => (createHash('sha256').update(file).digest()[0] ?? 0) % ONE_IN === 0,
  );
  assert.ok(lists.length > 40, `${lists.length} lists`);
  const known = await formats();
  const folder = await temporaryFolder(context);
  const faulty: string[] = [];
  for (const [ordinal, [file, projects]] of lists.entries()) {
    const tool = { vendor: null, name: 'larder', version: '1.0.0' };
    const document = scanBom(projects, { name: 'tree', created: '2026-01-31T12:00:00Z', tool });
    for (const [id, write] of Object.entries(WRITERS)) {
      const text = write(document);
      const validate = known.find(format => format.id === id)?.validate;
      assert.ok(validate, id);
      const { faults } = await validate(documentInput(Buffer.from(text), file));
      const fault = faults.find(one => one.severity === 'error');
      if (fault) faulty.push(`${file} as ${id}: ${fault.message}`);
      if (id === 'cyclonedx') await writeFile(join(folder, `${ordinal}.cdx.json`), text);
    }
  }
  assert.deepEqual(faulty, []);
  const added = await larder(folder, ['add', '.', '--json']);
  assert.equal(added.code, 0, added.stderr);
  const { summary } = JSON.parse(added.stdout) as { summary: { documents: number; accepted: number } };
  assert.deepEqual([summary.documents, summary.accepted], [lists.length, lists.length]);
});
