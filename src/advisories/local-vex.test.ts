import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JoinedBase } from './base.ts';
import type { Decision } from './decision.ts';
import { addLocalDecision, openLocalVex } from './local-vex.ts';
import { Matcher, NO_PRODUCT } from './match.ts';
import { targetOf } from './select.ts';

const DECISION: Decision = {
  vulnerability: 'CVE-2026-0001',
  aliases: ['GHSA-aaaa-bbbb-cccc'],
  status: 'not_affected',
  justification: 'component_not_present',
  severity: null,
  until: '2026-12-31',
  because: 'removed by the bundler',
  who: 'alice',
  when: '2026-02-01T00:00:00Z',
  products: ['larder:shop'],
  components: ['pkg:npm/left@1.5.0'],
};

async function fileIn(test: { after: (clean: () => Promise<void>) => void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-vex-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, '.larder', 'vex.json');
}

test('decisions beside the code hold for its components, and an aliased id means the same', async context => {
  const path = await fileIn(context);
  assert.equal(await openLocalVex(path, 'tree'), null);
  await addLocalDecision(path, DECISION);
  const base = new JoinedBase(await openLocalVex(path, 'tree'));
  const status = (asOf: string) => {
    const target = targetOf({ purls: ['pkg:npm/left@1.5.0'], version: '1.5.0' });
    const [match] = new Matcher(base, { now: Date.parse(asOf) }).match(target, NO_PRODUCT);
    return [match?.ids, match?.verdict.status, match?.verdict.reasons.at(-1)?.rule];
  };

  assert.deepEqual(status('2026-03-01'), [
    ['CVE-2026-0001', 'GHSA-aaaa-bbbb-cccc'],
    'not_affected',
    'decision',
  ]);
  assert.deepEqual(status('2027-01-01'), [undefined, undefined, undefined]);
  base.close();
});

test('the file is the same whatever the order in which decisions came', async context => {
  const later = { ...DECISION, status: 'fixed', justification: null, when: '2026-02-02T00:00:00Z' } as const;
  const other = { ...DECISION, vulnerability: 'CVE-2026-0002', when: '2026-02-03T00:00:00Z' } as const;
  const statements = async (...decisions: readonly Decision[]) => {
    const path = await fileIn(context);
    for (const decision of decisions) await addLocalDecision(path, decision);
    return JSON.parse(await readFile(path, 'utf8')).statements;
  };

  assert.deepEqual(await statements(DECISION, later, other), await statements(other, DECISION, later));
});

test('a file that is no OpenVEX is never overwritten and never passed over', async context => {
  const path = await fileIn(context);
  await addLocalDecision(path, DECISION);
  for (const [text, problem] of [
    ['{', /is no JSON/],
    ['[]', /is no OpenVEX document/],
    ['{"statements": [{"status": "fixed"}]}', /names no vulnerability/],
  ] as const) {
    await writeFile(path, text);
    await assert.rejects(openLocalVex(path, 'tree'), problem);
    if (!text.includes('status')) await assert.rejects(addLocalDecision(path, DECISION), problem);
    assert.equal(await readFile(path, 'utf8'), text);
  }
});
