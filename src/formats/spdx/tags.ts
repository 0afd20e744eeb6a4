/** What a tag-value tag belongs to. `reference` is the external reference of a package that was stated last. */
export type Section =
  | 'document'
  | 'package'
  | 'file'
  | 'snippet'
  | 'licence'
  | 'relationship'
  | 'annotation'
  | 'review'
  | 'reference';

/** One tag: where its value goes in the shape of the JSON encoding. */
export interface Tag {
  readonly section: Section;
  /** A field, or a field of an object in a field. */
  readonly field: readonly [string] | readonly [string, string];
  /** Whether it may be repeated and its values make a list. */
  readonly many: boolean;
  /** Whether it begins a new entry of its section. */
  readonly opens: boolean;
  /** Turns the text into the JSON value; null when the text is not what the tag holds. Absent: the text itself. */
  readonly read?: (value: string) => unknown;
}

/** The tags of SPDX 2.0 to 2.3 (clauses 6 to 13), those deprecated too. */
export const TAGS: ReadonlyMap<string, Tag> = new Map([
  ...section('document', {
    SPDXVersion: one('spdxVersion'),
    DataLicense: one('dataLicense'),
    DocumentName: one('name'),
    DocumentNamespace: one('documentNamespace'),
    DocumentComment: one('comment'),
    ExternalDocumentRef: many('externalDocumentRefs', externalDocument),
    LicenseListVersion: one('creationInfo', 'licenseListVersion'),
    Creator: { ...many('creationInfo'), field: ['creationInfo', 'creators'] },
    Created: one('creationInfo', 'created'),
    CreatorComment: one('creationInfo', 'comment'),
    SPDXID: one('SPDXID'),
  }),
  ...section('package', {
    PackageName: opener('name'),
    PackageVersion: one('versionInfo'),
    PackageFileName: one('packageFileName'),
    PackageSupplier: one('supplier'),
    PackageOriginator: one('originator'),
    PackageDownloadLocation: one('downloadLocation'),
    FilesAnalyzed: { ...one('filesAnalyzed'), read: flag },
    PackageVerificationCode: { ...one('packageVerificationCode'), read: verificationCode },
    PackageChecksum: many('checksums', checksum),
    PackageHomePage: one('homepage'),
    PackageSourceInfo: one('sourceInfo'),
    PackageLicenseConcluded: one('licenseConcluded'),
    PackageLicenseInfoFromFiles: many('licenseInfoFromFiles'),
    PackageLicenseDeclared: one('licenseDeclared'),
    PackageLicenseComments: one('licenseComments'),
    PackageCopyrightText: one('copyrightText'),
    PackageSummary: one('summary'),
    PackageDescription: one('description'),
    PackageComment: one('comment'),
    PackageAttributionText: many('attributionTexts'),
    PrimaryPackagePurpose: one('primaryPackagePurpose'),
    ReleaseDate: one('releaseDate'),
    BuiltDate: one('builtDate'),
    ValidUntilDate: one('validUntilDate'),
    ExternalRef: many('externalRefs', externalReference),
  }),
  ...section('reference', { ExternalRefComment: one('comment') }),
  ...section('file', {
    FileName: opener('fileName'),
    FileType: many('fileTypes'),
    FileChecksum: many('checksums', checksum),
    LicenseConcluded: one('licenseConcluded'),
    LicenseInfoInFile: many('licenseInfoInFiles'),
    LicenseComments: one('licenseComments'),
    FileCopyrightText: one('copyrightText'),
    FileComment: one('comment'),
    FileNotice: one('noticeText'),
    FileContributor: many('fileContributors'),
    FileAttributionText: many('attributionTexts'),
    FileDependency: many('fileDependencies'),
    ArtifactOfProjectName: many('artifactOfProjectNames'),
    ArtifactOfProjectHomePage: many('artifactOfProjectHomePages'),
    ArtifactOfProjectURI: many('artifactOfProjectURIs'),
  }),
  ...section('snippet', {
    SnippetSPDXID: opener('SPDXID'),
    SnippetSPDXIdentifier: opener('SPDXID'),
    SnippetFromFileSPDXID: one('snippetFromFile'),
    SnippetFromFileSPDXIdentifier: one('snippetFromFile'),
    SnippetByteRange: many('ranges', range('offset')),
    SnippetLineRange: many('ranges', range('lineNumber')),
    SnippetLicenseConcluded: one('licenseConcluded'),
    LicenseInfoInSnippet: many('licenseInfoInSnippets'),
    SnippetLicenseComments: one('licenseComments'),
    SnippetCopyrightText: one('copyrightText'),
    SnippetComment: one('comment'),
    SnippetName: one('name'),
    SnippetAttributionText: many('attributionTexts'),
  }),
  ...section('licence', {
    LicenseID: opener('licenseId'),
    ExtractedText: one('extractedText'),
    LicenseName: one('name'),
    LicenseCrossReference: many('seeAlsos'),
    LicenseComment: one('comment'),
  }),
  ...section('relationship', { RelationshipComment: one('comment') }),
  ...section('annotation', {
    Annotator: opener('annotator'),
    AnnotationDate: one('annotationDate'),
    AnnotationType: one('annotationType'),
    SPDXREF: one('SPDXREF'),
    AnnotationComment: one('comment'),
  }),
  ...section('review', {
    Reviewer: opener('reviewer'),
    ReviewDate: one('reviewDate'),
    ReviewComment: one('comment'),
  }),
]);

/** The three texts of `Relationship: A TYPE B`, or null. */
export function relationship(value: string): Record<string, unknown> | null {
  const [from, type, to, ...rest] = words(value);
  if (from === undefined || type === undefined || to === undefined || rest.length > 0) return null;
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

type Draft = Omit<Tag, 'section'>;

function section(name: Section, tags: Readonly<Record<string, Draft>>): [string, Tag][] {
  return Object.entries(tags).map(([tag, draft]) => [tag, { ...draft, section: name }]);
}

function one(field: string, inner?: string): Draft {
  return { field: inner === undefined ? [field] : [field, inner], many: false, opens: false };
}

function many(field: string, read?: (value: string) => unknown): Draft {
  return { field: [field], many: true, opens: false, ...(read === undefined ? {} : { read }) };
}

function opener(field: string): Draft {
  return { ...one(field), opens: true };
}

function words(value: string): string[] {
  return value.split(/[ \t]/).filter(word => word !== '');
}

/** A value that is neither stays as stated: the reader does not need it, and validation names it. */
function flag(value: string): unknown {
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : value;
}

function checksum(value: string): Record<string, unknown> | null {
  const colon = value.indexOf(':');
  if (colon === -1) return null;
  return { algorithm: value.slice(0, colon).trim(), checksumValue: value.slice(colon + 1).trim() };
}

/** `d6a7...(excludes: ./a, ./b)`; SPDX 2.0 left the word out. */
function verificationCode(value: string): Record<string, unknown> {
  const open = value.indexOf('(');
  if (open === -1) return { packageVerificationCodeValue: value };
  const close = value.endsWith(')') ? value.length - 1 : value.length;
  const inside = value.slice(open + 1, close).trim();
  const files = inside.startsWith('excludes:') ? inside.slice(9) : inside;
  return {
    packageVerificationCodeValue: value.slice(0, open).trim(),
    packageVerificationCodeExcludedFiles: files
      .split(',')
      .map(file => file.trim())
      .filter(file => file !== ''),
  };
}

function externalReference(value: string): Record<string, unknown> | null {
  const [category, type, ...locator] = words(value);
  if (category === undefined || type === undefined || locator.length === 0) return null;
  return { referenceCategory: category, referenceType: type, referenceLocator: locator.join(' ') };
}

function externalDocument(value: string): Record<string, unknown> | null {
  const [id, uri, ...rest] = words(value);
  if (id === undefined || uri === undefined) return null;
  const found = checksum(rest.join(' '));
  return { externalDocumentId: id, spdxDocument: uri, ...(found === null ? {} : { checksum: found }) };
}

function range(unit: 'offset' | 'lineNumber'): (value: string) => Record<string, unknown> | null {
  return value => {
    const [start, end, ...rest] = value.split(':');
    const ends = [start, end].map(part => (/^\d{1,15}$/.test(part ?? '') ? Number(part) : null));
    if (rest.length > 0 || ends.includes(null)) return null;
    return { startPointer: { [unit]: ends[0] }, endPointer: { [unit]: ends[1] } };
  };
}
