import type { ExploitationFacts } from '../../model/advisory.ts';
import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { Fields, isObject, type JsonObject } from '../fields.ts';
import type { DocumentInput, Format, Head } from '../format.ts';

/** CISA's Known Exploited Vulnerabilities catalogue, JSON. */
export const format: Format = { id: 'kev', title: 'CISA KEV catalogue', detect, read, validate: null };

function detect(head: Head): number {
  return head.looksLike === 'json' && head.text.includes('"cveID"') && head.text.includes('"dateAdded"')
    ? 0.9
    : 0;
}

function read(input: DocumentInput): ReadResult {
  const diagnostics = new Diagnostics();
  const fields = new Fields(diagnostics);
  let kev: ExploitationFacts['kev'] = [];
  let version: string | null = null;
  let released: string | null = null;
  let status: ReadResult['status'] = 'accepted';
  try {
    const value = input.json();
    if (!isObject(value) || !Array.isArray(value['vulnerabilities']))
      throw new Error('This is no KEV catalogue: it has no list of vulnerabilities.');
    version = fields.string(value, 'catalogVersion', '');
    released = fields.string(value, 'dateReleased', '') ?? version;
    kev = fields
      .objects(value, 'vulnerabilities', '')
      .flatMap(entry => readEntry(entry.value, entry.at, fields));
    if (fields.dropped) status = 'partial';
  } catch (error) {
    diagnostics.error('unreadable', messageOf(error), null);
    status = 'rejected';
  }
  const exploitation: ExploitationFacts = { kev, kevReleased: released, epss: [], epssDate: null };
  return {
    kind: 'scores',
    format: 'kev',
    encoding: 'json',
    specVersion: version,
    status,
    diagnostics: diagnostics.list(),
    bom: null,
    facts: { type: 'exploitation', exploitation },
  };
}

function readEntry(entry: JsonObject, at: string, fields: Fields): ExploitationFacts['kev'][number][] {
  const cve = fields.string(entry, 'cveID', at);
  const added = fields.string(entry, 'dateAdded', at);
  if (cve === null || added === null) {
    fields.drop('incomplete-entry', 'The entry has no cveID or no dateAdded; it was left out.', at);
    return [];
  }
  const ransomware = fields.string(entry, 'knownRansomwareCampaignUse', at)?.toLowerCase() === 'known';
  return [
    {
      cve,
      added,
      due: fields.string(entry, 'dueDate', at),
      ransomware,
      name: fields.string(entry, 'vulnerabilityName', at) ?? '',
    },
  ];
}
