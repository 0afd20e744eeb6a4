import { readFileSync } from 'node:fs';
import { JoinedBase } from '../src/advisories/base.ts';
import { Matcher, NO_PRODUCT } from '../src/advisories/match.ts';
import { Mirror } from '../src/advisories/mirror/mirror.ts';
import { targetOf } from '../src/advisories/select.ts';

/** `node bench/audit-process.ts MIRROR PURLS`: judges the packages of a JSON file, in a process that did nothing before, and then again. Prints the milliseconds of each time and how many findings there are. */
const [mirrorPath = '', purlsPath = ''] = process.argv.slice(2);
const purls = JSON.parse(readFileSync(purlsPath, 'utf8')) as string[];
const times: number[] = [];
let findings = 0;
for (let run = 0; run < 15; run++) {
  const started = performance.now();
  const mirror = Mirror.open(mirrorPath);
  const matcher = new Matcher(new JoinedBase(mirror), { now: Date.now() });
  findings = 0;
  for (const purl of purls)
    findings += matcher.match(targetOf({ purls: [purl], version: null }), NO_PRODUCT).length;
  mirror.close();
  times.push(performance.now() - started);
}
console.log(JSON.stringify({ times, findings }));
