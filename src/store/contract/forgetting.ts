import assert from 'node:assert/strict';

import fc from 'fast-check';
import type { Statement } from '../../model/assertion.ts';
import type { Intake } from '../intake.ts';
import type { Store } from '../ports.ts';
import { EVERYTHING } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import { everything, holders, log4j, noFaults, payments, rebuild, type WithStore } from './common.ts';

const app = (name: string, release: string | null = null) => ({ kind: 'app', app: name, release }) as const;
const retire = (name: string, release: string | null = null): Statement => ({
  type: 'retire',
  target: app(name, release),
  retired: true,
});

/** Writes documents one after the other, each at a moment of its own. */
async function writeEach(store: Store, intakes: readonly Intake[]): Promise<void> {
  for (const intake of intakes) await store.writer.write([intake]);
}

/** Names of what holds the package of all tests, as questions find them. */
async function found(store: Store, asOf: number | null = null): Promise<string[]> {
  return (await holders(store, log4j, { ...EVERYTHING, asOf })).map(([name]) => name);
}

/** Forgets a document, and holds what is left, now and at all times, to what would be there had it never come. */
async function forget(store: Store, gone: Intake, others: readonly Intake[]): Promise<void> {
  const times: (number | null)[] = [null];
  for await (const evidence of store.maintenance.everyDocument()) times.push(evidence.recordedFrom);
  const views = async (): Promise<unknown[]> => [
    await everything(store),
    ...(await Promise.all(times.map(at => found(store, at)))),
  ];
  await store.writer.forget(gone.sha256, 'tester', 'test');
  await noFaults(store);
  const left = await views();
  await rebuild(store, others);
  assert.deepEqual(left, await views());
}

const name = fc.constantFrom('a', 'b', 'c');
const release = fc.constantFrom(null, '1', '2');
const someApp = fc.tuple(name, release).map(([one, of]) => app(one, of));

/** What may happen to a store, one thing after the other; `nth` picks among the documents that are there. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ app: name, release, created: fc.constantFrom(null, 1e12, 2e12) }) },
  fc.record({ retire: someApp, retired: fc.boolean() }),
  fc.record({ label: someApp, value: fc.constantFrom(null, 'red', 'blue') }),
  fc.record({ alias: name, of: name }),
  fc.record({ assign: fc.nat(), to: name, branch: fc.constantFrom(null, 'main') }),
  fc.record({ forget: fc.nat() }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function intakeOf(
  one: Exclude<Happening, { forget: number }>,
  salt: string,
  there: readonly Intake[],
): Intake {
  const say = (statement: Statement): Intake => smallAssertion([statement], salt);
  if ('created' in one) return smallBom({ ...payments, ...one, salt });
  if ('retire' in one) return say({ type: 'retire', target: one.retire, retired: one.retired });
  if ('label' in one) return say({ type: 'label', target: one.label, key: 'team', value: one.value });
  if ('alias' in one) return say({ type: 'alias-app', app: one.alias, of: one.of });
  const sha256 = there[one.assign % Math.max(1, there.length)]?.sha256 ?? '';
  return say({ type: 'assign', target: { kind: 'document', sha256 }, app: one.to, branch: one.branch });
}

/** What a document did to others is gone with it, in the past too. */
export function forgetting(withStore: WithStore): void {
  withStore('gives nothing of an erased app to an app that comes later', async store => {
    const [gone, said] = [
      smallBom({ ...payments, app: 'a', release: '1' }),
      smallAssertion([retire('a', '1'), { type: 'label', target: app('a', '1'), key: 'team', value: 'red' }]),
    ];
    await writeEach(store, [gone, said]);
    await store.writer.forget(gone.sha256, 'tester', 'test');
    const [innocent] = await store.writer.write([smallBom({ ...payments, app: 'innocent', release: '5' })]);
    assert.deepEqual(await found(store), ['innocent']);
    assert.equal((await store.apps.labels([innocent?.bom?.id ?? 0], EVERYTHING)).size, 0);
  });

  withStore('undoes what an erased assertion did', async store => {
    const [pay, other] = [smallBom(payments), smallBom({ ...payments, app: 'other' })];
    const cases: readonly (readonly [string, Statement])[] = [
      ['retirement of an app', retire('payments')],
      ['retirement of a release', retire('payments', '4.2.0')],
      ['label', { type: 'label', target: app('payments'), key: 'team', value: 'red' }],
      ['alias', { type: 'alias-app', app: 'payments', of: 'other' }],
      [
        'assignment',
        { type: 'assign', target: { kind: 'document', sha256: pay.sha256 }, app: 'third', release: '1' },
      ],
    ];
    await writeEach(store, [pay, other]);
    for (const [name, statement] of cases) {
      const said = smallAssertion([statement], new Date().toISOString());
      await store.writer.write([said]);
      await forget(store, said, [pay, other]);
      assert.deepEqual(await found(store), ['other', 'payments'], name);
      const red = { ...EVERYTHING, labels: [{ key: 'team', value: null }] };
      assert.deepEqual(await holders(store, log4j, red), [], name);
    }
  });

  withStore('keeps what other assertions say of the same', async store => {
    const pay = smallBom(payments);
    const label = (value: string, when: string): Intake =>
      smallAssertion([{ type: 'label', target: app('payments'), key: 'team', value }], when);
    const [red, blue] = [label('red', '2026-01-01T00:00:00Z'), label('blue', '2026-01-02T00:00:00Z')];
    const said = smallAssertion([retire('payments')]);
    await writeEach(store, [pay, red, said, blue]);
    await forget(store, blue, [pay, red, said]);
    const [record] = (await store.apps.list({ limit: 5 }, { ...EVERYTHING, includeRetired: true })).items;
    assert.deepEqual(
      record?.labels.map(one => one.value),
      ['red'],
    );
    assert.ok(record?.retiredAt !== null);
  });

  withStore('shows what an erased document had replaced, in the past too', async store => {
    const [old, young] = [1000, 2000].map(created => smallBom({ ...payments, created }));
    assert.ok(old !== undefined && young !== undefined);
    await writeEach(store, [old, young]);
    await forget(store, young, [old]);
    assert.deepEqual(await found(store), ['payments']);
  });

  withStore('leaves no trace of a document that passed through an app', async store => {
    const [old, passing] = [
      smallBom({ ...payments, created: 1000 }),
      smallBom({ ...payments, created: 2000 }),
    ];
    const target = { kind: 'document', sha256: passing.sha256 } as const;
    const said = smallAssertion([{ type: 'assign', target, app: 'other' }]);
    await store.writer.write([old]);
    await store.writer.write([passing, said]);
    await noFaults(store);
    await forget(store, old, [passing, said]);
    await forget(store, passing, [said]);
  });

  withStore('keeps to what a rebuild gives, whatever comes, is said and is erased', async (_, reopen) => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async happenings => {
        const store = await reopen();
        const there: Intake[] = [];
        for await (const evidence of store.maintenance.everyDocument())
          await store.writer.forget(evidence.sha256, 'tester', 'the run before');
        for (const one of happenings) {
          if (!('forget' in one)) {
            there.push(intakeOf(one, `${written++}`, there));
            await store.writer.write(there.slice(-1));
          } else if (there.length > 0) {
            const [gone] = there.splice(one.forget % there.length, 1);
            await store.writer.forget(gone?.sha256 ?? '', 'tester', 'test');
          }
        }
        await noFaults(store);
        const before = await everything(store);
        await rebuild(store, there);
        assert.deepEqual(await everything(store), before);
        await store.close();
      }),
      { numRuns: 20 },
    );
  });

  withStore('keeps an alias whose documents are all erased', async store => {
    const [b, gone] = [smallBom({ ...payments, app: 'b' }), smallBom({ ...payments, app: 'a' })];
    const said = smallAssertion([{ type: 'alias-app', app: 'a', of: 'b' }]);
    await writeEach(store, [b, gone, said]);
    await forget(store, gone, [b, said]);
    await store.writer.write([smallBom({ ...payments, app: 'a', release: '2' })]);
    assert.equal(await store.apps.count(EVERYTHING), 1);
  });
}
