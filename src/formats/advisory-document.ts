import type { AdvisoryDocumentFacts, AdvisoryFacts } from '../model/advisory.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import type { DocumentKind, ReadResult } from '../model/facts.ts';
import { FormatError } from './errors.ts';
import { Fields, isObject, type JsonObject } from './fields.ts';

interface Envelope {
  readonly format: string;
  readonly kind: DocumentKind;
  readonly encoding: ReadResult['encoding'];
}

interface Content {
  readonly specVersion: string | null;
  /** Null when the object is not what it claims to be. */
  readonly advisories: readonly AdvisoryFacts[] | null;
  /** What it lacks then, for the sentence. */
  readonly missing: string;
}

/** The shared shape of advisory readers: parse, check that it is an object, read it, and turn every failure into a `rejected` result with its reason. */
export function readAdvisories(
  envelope: Envelope,
  parse: () => unknown,
  readObject: (object: JsonObject, fields: Fields) => Content,
): ReadResult {
  const diagnostics = new Diagnostics();
  let value: unknown;
  try {
    value = parse();
  } catch (error) {
    diagnostics.error('unreadable', messageOf(error), error instanceof FormatError ? error.at : null);
    return resultOf(envelope, null, 'rejected', diagnostics, []);
  }
  if (!isObject(value)) {
    diagnostics.error(
      `not-${envelope.format}`,
      `This is no ${envelope.format} document: its top level is no object.`,
      '',
    );
    return resultOf(envelope, null, 'rejected', diagnostics, []);
  }
  const fields = new Fields(diagnostics);
  const content = readObject(value, fields);
  if (content.advisories === null) {
    diagnostics.error(
      `not-${envelope.format}`,
      `This is no ${envelope.format} document: it has no ${content.missing.replace(/^an? /, '')}.`,
      '',
    );
    return resultOf(envelope, content.specVersion, 'rejected', diagnostics, []);
  }
  return resultOf(
    envelope,
    content.specVersion,
    fields.dropped ? 'partial' : 'accepted',
    diagnostics,
    content.advisories,
  );
}

function resultOf(
  envelope: Envelope,
  specVersion: string | null,
  status: ReadResult['status'],
  diagnostics: Diagnostics,
  advisories: readonly AdvisoryFacts[],
): ReadResult {
  const facts: AdvisoryDocumentFacts = { type: 'advisories', advisories };
  return { ...envelope, specVersion, status, diagnostics: diagnostics.list(), bom: null, facts };
}
