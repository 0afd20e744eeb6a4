import { crashRun } from '../src/ingest/crash-testing.ts';

/** Hundreds of kills: `node test/crash.ts [KILLS] [SEED]`. Prints the seed, so that a failing run can be run again. */
const kills = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`${kills} kills, seed ${seed}`);
await crashRun({ kills, seed, note: text => console.log(text) });
console.log('nothing accepted was lost, nothing was there by half');
