import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fields, isObject, type JsonObject } from '../formats/fields.ts';
import { readStatements } from '../formats/openvex/read.ts';
import { IoError } from '../io/errors.ts';
import { sha256 } from '../io/hash.ts';
import { readFileBounded } from '../io/read.ts';
import { parseDate } from '../model/date.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import { type Decision, type DecisionStatement, documentOf, statementOf } from './decision.ts';
import { AdvisoryError } from './errors.ts';
import { inEpoch } from './mirror/import.ts';
import { Mirror } from './mirror/mirror.ts';

/**
 * The decisions beside the code, made where there was no larder to keep them (an OpenVEX document in the `.larder` folder, to be committed), as a base of advisories, to be joined with the feeds' mirror; null when there is no such file.
 *
 * @param path `.larder/vex.json`
 * @param about `tree`: what is judged is the tree it lies in, whatever that is called, so that a statement on a component inside a product holds for the component.
 * `larder`: many apps are judged, and each statement holds for the product that it names
 * @throws AdvisoryError `bad-source` when it is no OpenVEX document: what was decided is never passed over in silence
 */
export async function openLocalVex(path: string, about: 'tree' | 'larder'): Promise<Mirror | null> {
  const document = await readDocument(path);
  if (document === null) return null;
  const diagnostics = new Diagnostics();
  const advisories = readStatements(document, new Fields(diagnostics));
  const fault = diagnostics.list()[0];
  if (fault !== undefined)
    throw new AdvisoryError(
      'bad-source',
      `${path}: ${fault.at ?? ''} ${fault.message} Mend it, and run again.`,
    );
  const mirror = Mirror.open(':memory:', { create: true });
  // What is kept of findings stands for the content of the file: opened again it is the same mirror.
  const content = sha256(Buffer.from(JSON.stringify(document)));
  mirror.database.prepare(`UPDATE meta SET value = ? WHERE key = 'made'`).run(content);
  await inEpoch(mirror, 0, async writer => {
    for (const advisory of advisories) {
      const claims = advisory.claims.map(claim => (about === 'tree' ? { ...claim, within: null } : claim));
      writer.put({
        advisory: { ...advisory, source: 'decision', publisherRole: 'user', claims },
        sha256: sha256(Buffer.from(JSON.stringify(advisory))),
        document: null,
        body: null,
        recordedFrom: parseDate(advisory.claims[0]?.time ?? '') ?? 0,
      });
    }
  });
  return mirror;
}

/**
 * Adds a decision to the file, which is made when it is not there. Statements stand in the order of their time and content, so that two branches that both decided
 * merge; the file is written aside and renamed.
 * @throws AdvisoryError `bad-source` when what is there is no OpenVEX document: it is never overwritten
 */
export async function addLocalDecision(path: string, decision: Decision): Promise<void> {
  const known = await readDocument(path);
  const added = statementOf(decision);
  const document: DecisionStatement =
    known === null
      ? documentOf(decision)
      : {
          ...known,
          last_updated: decision.when,
          version: typeof known['version'] === 'number' ? known['version'] + 1 : 1,
          statements: [...statementsOf(known), added].sort(byTime),
        };
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.part`;
  try {
    await writeFile(aside, `${JSON.stringify(document, null, 2)}\n`);
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

async function readDocument(path: string): Promise<JsonObject | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFileBounded(path);
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return null;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new AdvisoryError(
      'bad-source',
      `${path} is no JSON (${messageOf(error)}); mend it, and run again.`,
      error,
    );
  }
  if (isObject(value) && Array.isArray(value['statements'])) return value;
  throw new AdvisoryError(
    'bad-source',
    `${path} is no OpenVEX document: it has no "statements"; mend it or move it away.`,
  );
}

function statementsOf(document: JsonObject): readonly unknown[] {
  return Array.isArray(document['statements']) ? document['statements'] : [];
}

function byTime(a: unknown, b: unknown): number {
  return compare(timeOf(a), timeOf(b)) || compare(JSON.stringify(a), JSON.stringify(b));
}

function timeOf(statement: unknown): string {
  return isObject(statement) && typeof statement['timestamp'] === 'string' ? statement['timestamp'] : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
