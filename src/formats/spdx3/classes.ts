/**
 * The classes of SPDX 3.0.1 with their properties, in the compact names of its context, written from the specification's class pages.
 *
 * Each property is `name`, then `!` for mandatory, `*` for a list, `+` for a list with something in it, and after `:` its kind: `text`
 * (without), `ref` an element or its id, `iri`, `uri` for what may be relative, `time`, `flag`, `number`, `any`, a class name for an entry of that class or of one below it,
 * or the name of a vocabulary.
 */
type ClassLine = readonly [name: string, parent: string | null, properties: string];

export const CLASSES: readonly ClassLine[] = [
  ['CreationInfo', null, 'specVersion!:version created!:time createdBy+:ref createdUsing*:ref comment'],
  ['IntegrityMethod', null, 'comment'],
  ['Hash', 'IntegrityMethod', 'algorithm!:HashAlgorithm hashValue!'],
  [
    'PackageVerificationCode',
    'IntegrityMethod',
    'algorithm!:HashAlgorithm hashValue! packageVerificationCodeExcludedFile*',
  ],
  [
    'ExternalIdentifier',
    null,
    'externalIdentifierType!:ExternalIdentifierType identifier! comment identifierLocator*:uri issuingAuthority',
  ],
  ['ExternalRef', null, 'externalRefType:ExternalRefType locator* contentType comment'],
  [
    'ExternalMap',
    null,
    'externalSpdxId!:iri verifiedUsing*:IntegrityMethod locationHint:uri definingArtifact:ref',
  ],
  ['NamespaceMap', null, 'prefix! namespace!:iri'],
  ['DictionaryEntry', null, 'key! value'],
  ['PositiveIntegerRange', null, 'beginIntegerRange!:number endIntegerRange!:number'],
  [
    'Element',
    null,
    'spdxId!:iri creationInfo!:ref name summary description comment verifiedUsing*:IntegrityMethod externalRef*:ExternalRef externalIdentifier*:ExternalIdentifier extension*:any',
  ],
  [
    'Artifact',
    'Element',
    'originatedBy*:ref suppliedBy:ref builtTime:time releaseTime:time validUntilTime:time standardName* supportLevel*:SupportType',
  ],
  ['ElementCollection', 'Element', 'element*:ref rootElement*:ref profileConformance*:ProfileIdentifierType'],
  ['Bundle', 'ElementCollection', 'context'],
  ['Bom', 'Bundle', ''],
  ['SpdxDocument', 'ElementCollection', 'dataLicense:ref import*:ExternalMap namespaceMap*:NamespaceMap'],
  ['Agent', 'Element', ''],
  ['Person', 'Agent', ''],
  ['Organization', 'Agent', ''],
  ['SoftwareAgent', 'Agent', ''],
  ['Tool', 'Element', ''],
  ['IndividualElement', 'Element', ''],
  ['Annotation', 'Element', 'annotationType!:AnnotationType contentType statement subject!:ref'],
  [
    'Relationship',
    'Element',
    'from!:ref to+:ref relationshipType!:RelationshipType completeness:RelationshipCompleteness startTime:time endTime:time',
  ],
  ['LifecycleScopedRelationship', 'Relationship', 'scope:LifecycleScopeType'],
  [
    'software_SoftwareArtifact',
    'Artifact',
    'software_primaryPurpose:SoftwarePurpose software_additionalPurpose*:SoftwarePurpose software_copyrightText software_attributionText* software_contentIdentifier*:software_ContentIdentifier',
  ],
  [
    'software_Package',
    'software_SoftwareArtifact',
    'name! software_packageVersion software_downloadLocation:uri software_packageUrl:uri software_homePage:uri software_sourceInfo',
  ],
  ['software_File', 'software_SoftwareArtifact', 'name! software_fileKind:FileKindType contentType'],
  [
    'software_Snippet',
    'software_SoftwareArtifact',
    'software_snippetFromFile!:ref software_byteRange:PositiveIntegerRange software_lineRange:PositiveIntegerRange',
  ],
  ['software_Sbom', 'Bom', 'software_sbomType*:SbomType'],
  [
    'software_ContentIdentifier',
    'IntegrityMethod',
    'software_contentIdentifierType!:ContentIdentifierType software_contentIdentifierValue!:uri',
  ],
  [
    'ai_AIPackage',
    'software_Package',
    'ai_autonomyType:PresenceType ai_domain* ai_energyConsumption:ai_EnergyConsumption ai_hyperparameter*:DictionaryEntry ai_informationAboutApplication ai_informationAboutTraining ai_limitation ai_metric*:DictionaryEntry ai_metricDecisionThreshold*:DictionaryEntry ai_modelDataPreprocessing* ai_modelExplainability* ai_safetyRiskAssessment:SafetyRiskAssessmentType ai_standardCompliance* ai_typeOfModel* ai_useSensitivePersonalInformation:PresenceType',
  ],
  [
    'ai_EnergyConsumption',
    null,
    'ai_finetuningEnergyConsumption*:ai_EnergyConsumptionDescription ai_inferenceEnergyConsumption*:ai_EnergyConsumptionDescription ai_trainingEnergyConsumption*:ai_EnergyConsumptionDescription',
  ],
  ['ai_EnergyConsumptionDescription', null, 'ai_energyQuantity!:number ai_energyUnit!:EnergyUnitType'],
  [
    'dataset_DatasetPackage',
    'software_Package',
    'dataset_anonymizationMethodUsed* dataset_confidentialityLevel:ConfidentialityLevelType dataset_dataCollectionProcess dataset_dataPreprocessing* dataset_datasetAvailability:DatasetAvailabilityType dataset_datasetNoise dataset_datasetSize:number dataset_datasetType+:DatasetType dataset_datasetUpdateMechanism dataset_hasSensitivePersonalInformation:PresenceType dataset_intendedUse dataset_knownBias* dataset_sensor*:DictionaryEntry',
  ],
  [
    'build_Build',
    'Element',
    'build_buildType!:uri build_buildId build_buildStartTime:time build_buildEndTime:time build_configSourceDigest*:Hash build_configSourceEntrypoint* build_configSourceUri*:uri build_environment*:DictionaryEntry build_parameter*:DictionaryEntry',
  ],
  ['simplelicensing_AnyLicenseInfo', 'Element', ''],
  [
    'simplelicensing_LicenseExpression',
    'simplelicensing_AnyLicenseInfo',
    'simplelicensing_licenseExpression!:expression simplelicensing_customIdToUri*:DictionaryEntry simplelicensing_licenseListVersion',
  ],
  ['simplelicensing_SimpleLicensingText', 'Element', 'simplelicensing_licenseText!'],
  ['expandedlicensing_ExtendableLicense', 'simplelicensing_AnyLicenseInfo', ''],
  [
    'expandedlicensing_License',
    'expandedlicensing_ExtendableLicense',
    'simplelicensing_licenseText! expandedlicensing_isDeprecatedLicenseId:flag expandedlicensing_isFsfLibre:flag expandedlicensing_isOsiApproved:flag expandedlicensing_licenseXml expandedlicensing_obsoletedBy expandedlicensing_seeAlso*:uri expandedlicensing_standardLicenseHeader expandedlicensing_standardLicenseTemplate',
  ],
  ['expandedlicensing_CustomLicense', 'expandedlicensing_License', ''],
  [
    'expandedlicensing_ListedLicense',
    'expandedlicensing_License',
    'expandedlicensing_deprecatedVersion expandedlicensing_listVersionAdded',
  ],
  [
    'expandedlicensing_OrLaterOperator',
    'expandedlicensing_ExtendableLicense',
    'expandedlicensing_subjectLicense!:ref',
  ],
  [
    'expandedlicensing_WithAdditionOperator',
    'simplelicensing_AnyLicenseInfo',
    'expandedlicensing_subjectAddition!:ref expandedlicensing_subjectExtendableLicense!:ref',
  ],
  [
    'expandedlicensing_ConjunctiveLicenseSet',
    'simplelicensing_AnyLicenseInfo',
    'expandedlicensing_member+:ref',
  ],
  [
    'expandedlicensing_DisjunctiveLicenseSet',
    'simplelicensing_AnyLicenseInfo',
    'expandedlicensing_member+:ref',
  ],
  ['expandedlicensing_IndividualLicensingInfo', 'simplelicensing_AnyLicenseInfo', ''],
  [
    'expandedlicensing_LicenseAddition',
    'Element',
    'expandedlicensing_additionText! expandedlicensing_isDeprecatedAdditionId:flag expandedlicensing_licenseXml expandedlicensing_obsoletedBy expandedlicensing_seeAlso*:uri expandedlicensing_standardAdditionTemplate',
  ],
  ['expandedlicensing_CustomLicenseAddition', 'expandedlicensing_LicenseAddition', ''],
  [
    'expandedlicensing_ListedLicenseException',
    'expandedlicensing_LicenseAddition',
    'expandedlicensing_deprecatedVersion expandedlicensing_listVersionAdded',
  ],
  [
    'security_Vulnerability',
    'Artifact',
    'security_modifiedTime:time security_publishedTime:time security_withdrawnTime:time',
  ],
  [
    'security_VulnAssessmentRelationship',
    'Relationship',
    'suppliedBy:ref security_assessedElement:ref security_modifiedTime:time security_publishedTime:time security_withdrawnTime:time',
  ],
  [
    'security_CvssV2VulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_score!:number security_vectorString!',
  ],
  [
    'security_CvssV3VulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_score!:number security_severity!:CvssSeverityType security_vectorString!',
  ],
  [
    'security_CvssV4VulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_score!:number security_severity!:CvssSeverityType security_vectorString!',
  ],
  [
    'security_EpssVulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_probability!:number security_percentile!:number',
  ],
  [
    'security_ExploitCatalogVulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_catalogType!:ExploitCatalogType security_exploited!:flag security_locator!:uri',
  ],
  [
    'security_SsvcVulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_decisionType!:SsvcDecisionType',
  ],
  [
    'security_VexVulnAssessmentRelationship',
    'security_VulnAssessmentRelationship',
    'security_statusNotes security_vexVersion',
  ],
  [
    'security_VexAffectedVulnAssessmentRelationship',
    'security_VexVulnAssessmentRelationship',
    'security_actionStatement! security_actionStatementTime:time',
  ],
  ['security_VexFixedVulnAssessmentRelationship', 'security_VexVulnAssessmentRelationship', ''],
  [
    'security_VexNotAffectedVulnAssessmentRelationship',
    'security_VexVulnAssessmentRelationship',
    'security_justificationType:VexJustificationType security_impactStatement security_impactStatementTime:time',
  ],
  ['security_VexUnderInvestigationVulnAssessmentRelationship', 'security_VexVulnAssessmentRelationship', ''],
];

/** Classes that only others are made from. */
export const ABSTRACT: ReadonlySet<string> = new Set([
  'Artifact',
  'Element',
  'ElementCollection',
  'IntegrityMethod',
  'expandedlicensing_ExtendableLicense',
  'expandedlicensing_License',
  'expandedlicensing_LicenseAddition',
  'security_VexVulnAssessmentRelationship',
  'security_VulnAssessmentRelationship',
  'simplelicensing_AnyLicenseInfo',
  'software_SoftwareArtifact',
]);

/** The vocabularies, as the specification lists them, apart by spaces. */
export const VOCABULARIES: Readonly<Record<string, string>> = {
  AnnotationType: 'other review',
  ConfidentialityLevelType: 'amber clear green red',
  ContentIdentifierType: 'gitoid swhid',
  CvssSeverityType: 'critical high low medium none',
  DatasetAvailabilityType: 'clickthrough directDownload query registration scrapingScript',
  DatasetType:
    'audio categorical graph image noAssertion numeric other sensor structured syntactic text timeseries timestamp video',
  EnergyUnitType: 'kilowattHour megajoule other',
  ExploitCatalogType: 'kev other',
  ExternalIdentifierType: 'cpe22 cpe23 cve email gitoid other packageUrl securityOther swhid swid urlScheme',
  ExternalRefType:
    'altDownloadLocation altWebPage binaryArtifact bower buildMeta buildSystem certificationReport chat componentAnalysisReport cwe documentation dynamicAnalysisReport eolNotice exportControlAssessment funding issueTracker license mailingList mavenCentral metrics npm nuget other privacyAssessment productMetadata purchaseOrder qualityAssessmentReport releaseHistory releaseNotes riskAssessment runtimeAnalysisReport secureSoftwareAttestation securityAdversaryModel securityAdvisory securityFix securityOther securityPenTestReport securityPolicy securityThreatModel socialMedia sourceArtifact staticAnalysisReport support vcs vulnerabilityDisclosureReport vulnerabilityExploitabilityAssessment',
  FileKindType: 'directory file',
  HashAlgorithm:
    'adler32 blake2b256 blake2b384 blake2b512 blake3 crystalsDilithium crystalsKyber falcon md2 md4 md5 md6 other sha1 sha224 sha256 sha384 sha3_224 sha3_256 sha3_384 sha3_512 sha512',
  LifecycleScopeType: 'build design development other runtime test',
  PresenceType: 'no noAssertion yes',
  ProfileIdentifierType:
    'ai build core dataset expandedLicensing extension lite security simpleLicensing software',
  RelationshipCompleteness: 'complete incomplete noAssertion',
  RelationshipType:
    'affects amendedBy ancestorOf availableFrom configures contains coordinatedBy copiedTo delegatedTo dependsOn descendantOf describes doesNotAffect expandsTo exploitCreatedBy fixedBy fixedIn foundBy generates hasAddedFile hasAssessmentFor hasAssociatedVulnerability hasConcludedLicense hasDataFile hasDeclaredLicense hasDeletedFile hasDependencyManifest hasDistributionArtifact hasDocumentation hasDynamicLink hasEvidence hasExample hasHost hasInput hasMetadata hasOptionalComponent hasOptionalDependency hasOutput hasPrerequisite hasProvidedDependency hasRequirement hasSpecification hasStaticLink hasTest hasTestCase hasVariant invokedBy modifiedBy other packagedBy patchedBy publishedBy reportedBy republishedBy serializedInArtifact testedOn trainedOn underInvestigationFor usesTool',
  SafetyRiskAssessmentType: 'high low medium serious',
  SbomType: 'analyzed build deployed design runtime source',
  SoftwarePurpose:
    'application archive bom configuration container data device deviceDriver diskImage documentation evidence executable file filesystemImage firmware framework install library manifest model module operatingSystem other patch platform requirement source specification test',
  SsvcDecisionType: 'act attend track trackStar',
  SupportType: 'deployed development endOfSupport limitedSupport noAssertion noSupport support',
  VexJustificationType:
    'componentNotPresent inlineMitigationsAlreadyExist vulnerableCodeCannotBeControlledByAdversary vulnerableCodeNotInExecutePath vulnerableCodeNotPresent',
};
