import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { Statement } from '../model/assertion.ts';
import { messageOf } from '../model/errors.ts';
import type { BomRecord, Label } from '../store/ports.ts';
import { appKey } from '../store/targets.ts';
import { IngestError } from './errors.ts';
import { matchesGlob } from './glob.ts';

/** What a user says of a document: absent fields are left to the document. */
export interface Said {
  readonly app: string | null;
  readonly release: string | null;
  readonly branch: string | null;
  readonly labels: readonly Label[];
}

export const NOTHING_SAID: Said = { app: null, release: null, branch: null, labels: [] };

/** One rule of a mapping file: what holds of documents whose path or subject it names. */
interface Rule {
  readonly paths: readonly string[];
  readonly subjects: readonly string[];
  readonly said: Said;
}

/** Who belongs where, by path and subject: `--map FILE` and `.larder/apps.toml`. */
export interface Mapping {
  readonly rules: readonly Rule[];
}

export const NO_MAPPING: Mapping = { rules: [] };

/** The mapping file of a larder, which people write by hand. */
export const APPS_FILE = 'apps.toml';

/** The mapping of a larder's own folder; none when there is no such file. @throws IngestError `invalid-mapping` */
export async function ownMapping(folder: string): Promise<Mapping> {
  const path = join(folder, APPS_FILE);
  return existsSync(path) ? readMapping(path) : NO_MAPPING;
}

/** @throws IngestError `invalid-mapping` */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new IngestError('invalid-mapping', `${path} cannot be read: ${messageOf(thrown)}.`, thrown);
  });
  return parseMapping(text, path);
}

/**
 * A mapping in TOML:
 *
 *     [[app]]
 *     name = "payments-api"
 *     paths = ["services/payments/**"]     # globs on the path given to add
 *     subjects = ["pkg:maven/com.example/payments"]   # a subject's purl without version, or its name
 *     release = "4.2.0"
 *     branch = "main"
 *     labels = { team = "red" }
 *
 * @throws IngestError `invalid-mapping` with the place
 */
export function parseMapping(text: string, path: string): Mapping {
  let value: unknown;
  try {
    value = parse(text);
  } catch (thrown) {
    throw new IngestError('invalid-mapping', `${path} is no TOML: ${messageOf(thrown)}.`, thrown);
  }
  const stray = Object.keys(value as object).find(key => key !== 'app');
  if (stray !== undefined)
    throw new IngestError(
      'invalid-mapping',
      `${path}: ${stray} means nothing here; write each app as a table [[app]].`,
    );
  const tables = (value as { app?: unknown }).app ?? [];
  if (!Array.isArray(tables))
    throw new IngestError('invalid-mapping', `${path}: write each app as a table [[app]].`);
  return {
    rules: tables.map((table, at) => ruleOf(table as { [key: string]: unknown }, `${path}: app ${at + 1}`)),
  };
}

const KEYS: ReadonlySet<string> = new Set(['name', 'paths', 'subjects', 'release', 'branch', 'labels']);

function ruleOf(table: { [key: string]: unknown }, where: string): Rule {
  const unknown = Object.keys(table).find(key => !KEYS.has(key));
  if (unknown !== undefined)
    throw new IngestError(
      'invalid-mapping',
      `${where}: ${unknown} is no key of an app; there are ${[...KEYS].join(', ')}.`,
    );
  const paths = texts(table['paths'], `${where}: paths`);
  const subjects = texts(table['subjects'], `${where}: subjects`);
  if (paths.length + subjects.length === 0)
    throw new IngestError('invalid-mapping', `${where}: say which documents it has, by paths or subjects.`);
  return {
    paths,
    subjects,
    said: {
      app: name(table['name'], `${where}: name`),
      release: name(table['release'], `${where}: release`),
      branch: name(table['branch'], `${where}: branch`),
      labels: labelsOf(table['labels'], `${where}: labels`),
    },
  };
}

function labelsOf(value: unknown, where: string): Label[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    throw new IngestError('invalid-mapping', `${where} must be a table of texts, as in { team = "red" }.`);
  return Object.entries(value).map(([key, label]) => ({ key, value: text(label, `${where}.${key}`) ?? '' }));
}

function texts(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map(one => text(one, where) ?? '');
}

function name(value: unknown, where: string): string | null {
  const given = text(value, where);
  if (given === '')
    throw new IngestError('invalid-mapping', `${where} is empty; leave it out, or fill it in.`);
  return given;
}

function text(value: unknown, where: string): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new IngestError('invalid-mapping', `${where} must be text.`);
  return value;
}

/** What is said of one document: by the options of the run first, then by each rule that fits it, the first that says a thing deciding it. */
export function saidOf(
  document: {
    readonly name: string;
    readonly subjects: readonly { readonly name: string; readonly purl: string | null }[];
  },
  run: Said,
  mapping: Mapping,
): Said {
  let said = run;
  for (const rule of mapping.rules) {
    if (!fits(rule, document)) continue;
    said = {
      app: said.app ?? rule.said.app,
      release: said.release ?? rule.said.release,
      branch: said.branch ?? rule.said.branch,
      labels: [
        ...said.labels,
        ...rule.said.labels.filter(label => said.labels.every(one => one.key !== label.key)),
      ],
    };
  }
  return said;
}

function fits(rule: Rule, document: Parameters<typeof saidOf>[0]): boolean {
  if (rule.paths.some(glob => matchesGlob(document.name, glob))) return true;
  return document.subjects.some(({ name, purl }) =>
    rule.subjects.some(
      subject => subject === name || (purl !== null && (purl === subject || purl.startsWith(`${subject}@`))),
    ),
  );
}

/** The statements that make what was said last, less what the larder's record shows already. */
export function statementsOf(
  sha256: string,
  said: Said,
  record: BomRecord | null,
  labels: readonly Label[],
): Statement[] {
  const target = { kind: 'document', sha256 } as const;
  const statements: Statement[] = [];
  const { app, release, branch } = said;
  const differs =
    record === null ||
    (app !== null && (record.app !== appKey(app) || record.rule !== 'asserted')) ||
    (release !== null && record.release !== release) ||
    (branch !== null && record.branch !== branch);
  if (differs && (app ?? release ?? branch) !== null) {
    statements.push({
      type: 'assign',
      target,
      ...(app === null ? {} : { app }),
      ...(release === null ? {} : { release }),
      ...(branch === null ? {} : { branch }),
    });
  }
  for (const { key, value } of said.labels) {
    if (!labels.some(label => label.key === key && label.value === value))
      statements.push({ type: 'label', target, key, value });
  }
  return statements;
}
