import { Diagnostics } from '../../model/diagnostic.ts';
import type { DocumentInput } from '../format.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import { Lines } from './places.ts';
import type { Parsed } from './read.ts';

/** Fields that hold lists in the JSON encoding; in XML a list is its element repeated. */
const LISTS = new Set([
  'annotations',
  'attributionTexts',
  'checksums',
  'creators',
  'crossRefs',
  'documentDescribes',
  'externalDocumentRefs',
  'externalRefs',
  'fileContributors',
  'fileDependencies',
  'files',
  'fileTypes',
  'hasExtractedLicensingInfos',
  'hasFiles',
  'licenseInfoFromFiles',
  'licenseInfoInFiles',
  'licenseInfoInSnippets',
  'packages',
  'packageVerificationCodeExcludedFiles',
  'ranges',
  'relationships',
  'revieweds',
  'seeAlsos',
  'snippets',
]);

/** Parses the SPDX XML encoding: the names and nesting of JSON as elements. Throws FormatError of xml.ts. */
export function parseXmlDocument(input: DocumentInput, withFields = false): Parsed {
  const lines = new Lines(withFields);
  const diagnostics = new Diagnostics();
  const element = parseXml(input.text());
  return { root: entryOf(element, lines, diagnostics), encoding: 'xml', diagnostics, place: lines.place };
}

/** The nesting is bounded by parseXml, so recursion is safe. */
function entryOf(element: XmlElement, lines: Lines, diagnostics: Diagnostics): Record<string, unknown> {
  const entry: Record<string, unknown> = Object.create(null);
  lines.entry(entry, element.line);
  for (const child of element.children) {
    const value = child.children.length > 0 ? entryOf(child, lines, diagnostics) : scalar(child);
    lines.field(entry, child.name, child.line);
    const known = entry[child.name];
    if (LISTS.has(child.name)) {
      if (Array.isArray(known)) known.push(value);
      else entry[child.name] = [value];
    } else if (known === undefined) entry[child.name] = value;
    else {
      const message = `<${child.name}> is given again where it may stand once; the first is kept.`;
      diagnostics.warning('repeated-field', message, `line ${child.line}`);
    }
  }
  return entry;
}

function scalar(element: XmlElement): unknown {
  const text = element.text.trim();
  if (element.name === 'filesAnalyzed') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
