import * as is from './checks.ts';

/** When a field must be there: always, only in SPDX 2.2 and before, or never. */
type Need = 'always' | 'until-2.2' | 'never';

/** What one field of an entry may hold. */
export interface Field {
  readonly kind: 'text' | 'flag' | 'whole' | 'list' | 'entry';
  readonly need: Need;
  /** For texts, and for the texts of a list. */
  readonly check: is.Check | null;
  /** For entries, and for the entries of a list. */
  readonly shape: Shape | null;
  /** Whether the list must have something in it. */
  readonly filled: boolean;
  /** Set for fields that SPDX 2.2 does not have. */
  readonly since23: boolean;
}

/** The fields of one kind of entry. A field not named is one the specification does not have. */
export type Shape = ReadonlyMap<string, Field>;

const BASE: Omit<Field, 'kind' | 'need' | 'check' | 'shape'> = { filled: false, since23: false };

function text(check: is.Check | null = null, need: Need = 'never'): Field {
  return { ...BASE, kind: 'text', need, check, shape: null };
}

function list(check: is.Check | null = null, need: Need = 'never'): Field {
  return { ...BASE, kind: 'list', need, check, shape: null };
}

function entries(shape: Shape, need: Need = 'never', filled = false): Field {
  return { ...BASE, kind: 'list', need, check: null, shape, filled };
}

function entry(shape: Shape, need: Need = 'never'): Field {
  return { ...BASE, kind: 'entry', need, check: null, shape };
}

function scalar(kind: 'flag' | 'whole'): Field {
  return { ...BASE, kind, need: 'never', check: null, shape: null };
}

function later(field: Field): Field {
  return { ...field, since23: true };
}

function shape(fields: Readonly<Record<string, Field>>): Shape {
  return new Map(Object.entries(fields));
}

export const CHECKSUM = shape({
  algorithm: text(is.algorithm, 'always'),
  checksumValue: text(is.someText, 'always'),
});

const ANNOTATION = shape({
  annotationDate: text(is.date, 'always'),
  annotationType: text(is.oneOf(['OTHER', 'REVIEW']), 'always'),
  annotator: text(is.creator, 'always'),
  comment: text(null, 'always'),
});

const EXTERNAL_REFERENCE = shape({
  comment: text(),
  referenceCategory: text(
    is.oneOf(['OTHER', 'SECURITY', 'PACKAGE-MANAGER', 'PACKAGE_MANAGER', 'PERSISTENT-ID', 'PERSISTENT_ID']),
    'always',
  ),
  referenceLocator: text(is.someText, 'always'),
  referenceType: text(is.someText, 'always'),
});

const PURPOSES = [
  'APPLICATION',
  'FRAMEWORK',
  'LIBRARY',
  'CONTAINER',
  'OPERATING_SYSTEM',
  'OPERATING-SYSTEM',
  'DEVICE',
  'FIRMWARE',
  'SOURCE',
  'ARCHIVE',
  'FILE',
  'INSTALL',
  'OTHER',
];

const FILE_TYPES = [
  'SOURCE',
  'BINARY',
  'ARCHIVE',
  'APPLICATION',
  'AUDIO',
  'IMAGE',
  'TEXT',
  'VIDEO',
  'DOCUMENTATION',
  'SPDX',
  'OTHER',
];

/** What packages, files and snippets share. */
const ELEMENT = {
  SPDXID: text(is.elementId, 'always'),
  annotations: entries(ANNOTATION),
  attributionTexts: list(),
  comment: text(),
  copyrightText: text(null, 'until-2.2'),
  licenseComments: text(),
  licenseConcluded: text(is.expression, 'until-2.2'),
};

export const PACKAGE = shape({
  ...ELEMENT,
  name: text(is.someText, 'always'),
  versionInfo: text(),
  packageFileName: text(),
  supplier: text(is.party),
  originator: text(is.party),
  downloadLocation: text(is.location, 'always'),
  filesAnalyzed: scalar('flag'),
  packageVerificationCode: entry(
    shape({
      packageVerificationCodeValue: text(null, 'always'),
      packageVerificationCodeExcludedFiles: list(),
    }),
  ),
  checksums: entries(CHECKSUM),
  homepage: text(is.location),
  sourceInfo: text(),
  licenseDeclared: text(is.expression, 'until-2.2'),
  licenseInfoFromFiles: list(is.expression),
  summary: text(),
  description: text(),
  externalRefs: entries(EXTERNAL_REFERENCE),
  hasFiles: list(is.elementId),
  primaryPackagePurpose: later(text(is.oneOf(PURPOSES))),
  releaseDate: later(text(is.date)),
  builtDate: later(text(is.date)),
  validUntilDate: later(text(is.date)),
});

export const FILE = shape({
  ...ELEMENT,
  fileName: text(is.someText, 'always'),
  checksums: entries(CHECKSUM, 'always', true),
  fileTypes: list(is.oneOf(FILE_TYPES)),
  licenseInfoInFiles: list(is.expression, 'until-2.2'),
  noticeText: text(),
  fileContributors: list(),
  fileDependencies: list(),
  artifactOfs: entries(new Map()),
  artifactOfProjectNames: list(),
  artifactOfProjectHomePages: list(),
  artifactOfProjectURIs: list(),
});

const POINTER = shape({
  reference: text(is.elementId),
  offset: scalar('whole'),
  lineNumber: scalar('whole'),
});

export const SNIPPET = shape({
  ...ELEMENT,
  name: text(),
  licenseInfoInSnippets: list(is.expression),
  ranges: entries(
    shape({ startPointer: entry(POINTER, 'always'), endPointer: entry(POINTER, 'always') }),
    'always',
    true,
  ),
  snippetFromFile: text(is.relatingElement, 'always'),
});

export const RELATIONSHIP = shape({
  spdxElementId: text(is.relatingElement, 'always'),
  relatedSpdxElement: text(is.relatedElement, 'always'),
  relationshipType: text(is.oneOf(is.RELATIONSHIP_TYPES), 'always'),
  comment: text(),
});

export const EXTRACTED_LICENCE = shape({
  licenseId: text(is.licenceRef, 'always'),
  extractedText: text(is.someText, 'always'),
  name: text(),
  comment: text(),
  seeAlsos: list(),
  crossRefs: entries(
    shape({
      url: text(null, 'always'),
      isLive: scalar('flag'),
      isValid: scalar('flag'),
      isWayBackLink: scalar('flag'),
      match: text(),
      order: scalar('whole'),
      timestamp: text(),
    }),
  ),
});

/** The document (clause 6), with everything in it. */
export const DOCUMENT = shape({
  spdxVersion: text(is.specVersion, 'always'),
  SPDXID: text(is.documentId, 'always'),
  dataLicense: text(is.dataLicence, 'always'),
  name: text(is.someText, 'always'),
  documentNamespace: text(is.namespace, 'always'),
  comment: text(),
  creationInfo: entry(
    shape({
      created: text(is.date, 'always'),
      creators: { ...list(is.creator, 'always'), filled: true },
      comment: text(),
      licenseListVersion: text(is.licenceListVersion),
    }),
    'always',
  ),
  externalDocumentRefs: entries(
    shape({
      externalDocumentId: text(is.documentRef, 'always'),
      spdxDocument: text(is.namespace, 'always'),
      checksum: entry(CHECKSUM, 'always'),
    }),
  ),
  hasExtractedLicensingInfos: entries(EXTRACTED_LICENCE),
  annotations: entries(ANNOTATION),
  revieweds: entries(
    shape({ reviewDate: text(is.date, 'always'), reviewer: text(is.creator), comment: text() }),
  ),
  documentDescribes: list(is.relatingElement),
  packages: entries(PACKAGE),
  files: entries(FILE),
  snippets: entries(SNIPPET),
  relationships: entries(RELATIONSHIP),
});
