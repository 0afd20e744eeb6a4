/**
 * Field names of SPDX 2 JSON, current spelling first. The others are what SPDX 2.0 and 2.1 JSON, and tools that copied the
 * tag-value names into JSON, really write.
 */
export const NAMES = {
  id: ['SPDXID', 'spdxId', 'id'],
  specVersion: ['spdxVersion', 'SPDXVersion', 'specVersion'],
  documentName: ['name', 'DocumentName', 'documentName'],
  namespace: ['documentNamespace', 'DocumentNamespace', 'namespace'],
  dataLicence: ['dataLicense', 'DataLicense'],
  describes: ['documentDescribes'],
  packages: ['packages'],
  files: ['files'],
  snippets: ['snippets'],
  relationships: ['relationships'],
  externalDocuments: ['externalDocumentRefs'],
  extractedLicences: ['hasExtractedLicensingInfos', 'extractedLicenseInfos'],
  created: ['created', 'Created'],
  creators: ['creators', 'Creator', 'creator'],
  packageName: ['name', 'packageName', 'PackageName'],
  packageVersion: ['versionInfo', 'packageVersion', 'PackageVersion'],
  downloadLocation: ['downloadLocation', 'packageDownloadLocation', 'PackageDownloadLocation'],
  homepage: ['homepage', 'packageHomePage', 'PackageHomePage'],
  supplier: ['supplier', 'packageSupplier', 'PackageSupplier'],
  originator: ['originator', 'packageOriginator', 'PackageOriginator'],
  licenceConcluded: ['licenseConcluded', 'packageLicenseConcluded', 'PackageLicenseConcluded'],
  licenceDeclared: ['licenseDeclared', 'packageLicenseDeclared', 'PackageLicenseDeclared'],
  licenceFromFiles: ['licenseInfoFromFiles', 'licenseInfoInFiles'],
  description: ['description', 'summary', 'packageDescription', 'PackageDescription'],
  purpose: ['primaryPackagePurpose'],
  packageFileName: ['packageFileName', 'fileName'],
  fileName: ['fileName', 'name'],
  verificationCode: ['packageVerificationCode'],
  sourceInfo: ['sourceInfo'],
  attributionTexts: ['attributionTexts'],
  annotations: ['annotations'],
  externalRefs: ['externalRefs', 'externalReferences'],
  hasFiles: ['hasFiles'],
  releaseDate: ['releaseDate'],
  builtDate: ['builtDate'],
  validUntilDate: ['validUntilDate'],
  from: ['spdxElementId'],
  to: ['relatedSpdxElement'],
  relationshipType: ['relationshipType'],
} as const satisfies Record<string, readonly string[]>;

/** The fields of a package that have older spellings. */
const PACKAGE_FIELDS = [
  NAMES.id,
  NAMES.packageName,
  NAMES.packageVersion,
  NAMES.downloadLocation,
  NAMES.homepage,
  NAMES.supplier,
  NAMES.originator,
  NAMES.licenceConcluded,
  NAMES.licenceDeclared,
  NAMES.licenceFromFiles,
  NAMES.description,
  NAMES.packageFileName,
  NAMES.externalRefs,
] as const;

/** A package entry in current spellings. Old ones come together, so that only a package without a current name or id is looked through. */
export function currentSpelling(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof entry['name'] === 'string' && entry['SPDXID'] !== undefined) return entry;
  const made: Record<string, unknown> = { ...entry };
  for (const names of PACKAGE_FIELDS) {
    const [current] = names;
    if (made[current] !== undefined && made[current] !== null) continue;
    const used = names.find(name => entry[name] !== undefined && entry[name] !== null);
    if (used !== undefined) made[current] = entry[used];
  }
  return made;
}
