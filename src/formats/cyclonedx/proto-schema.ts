import { JUDGED_ENUMS, JUDGED_MESSAGES } from './proto-judged.ts';

/**
 * The fields of CycloneDX's protobuf schema (bom-1.3.proto to bom-1.7.proto, which only ever add to each other), as data. A field is
 * `number name type`; types: `s` text, `i` whole number, `n` number, `b` boolean, `t` google.protobuf.Timestamp, else a message or enum below; `*` marks a
 * repeated one, `?` one that is judged and holds nothing that Larder keeps.
 */
const MESSAGES: Readonly<Record<string, string>> = {
  AttachedText: '1 content_type s, 2 encoding s, 3 value s',
  Bom: '1 spec_version s, 2 version i, 3 serial_number s, 4 metadata Metadata, 5 components Component*, 6 services Service*, 7 external_references ExternalReference*, 8 dependencies Dependency*, 9 compositions Composition*, 10 vulnerabilities Vulnerability*, 11 annotations ?Annotation*, 12 properties Property*, 13 formulation ?Formula*, 14 declarations ?Declarations*, 15 definitions ?Definition*, 16 citations ?Citation*',
  Commit: '1 uid s, 2 url s, 3 author IdentifiableAction, 4 committer IdentifiableAction, 5 message s',
  Component:
    '1 type Classification, 2 mime_type s, 3 bom_ref s, 4 supplier OrganizationalEntity, 5 author s, 6 publisher s, 7 group s, 8 name s, 9 version s, 10 description s, 11 scope Scope, 12 hashes Hash*, 13 licenses LicenseChoice*, 14 copyright s, 15 cpe s, 16 purl s, 17 swid Swid, 18 modified b, 19 pedigree Pedigree, 20 external_references ExternalReference*, 21 components Component*, 22 properties Property*, 23 evidence Evidence, 24 releaseNotes ReleaseNotes, 25 modelCard ModelCard, 26 data ComponentData*, 27 cryptoProperties CryptoProperties, 28 manufacturer OrganizationalEntity, 29 authors OrganizationalContact*, 30 tags s*, 31 omniborId s*, 32 swhid s*, 33 versionRange s, 34 isExternal b, 35 patent_assertions ?PatentAssertion*',
  DataFlow:
    '1 flow DataFlowDirection, 2 value s, 3 name s, 4 description s, 5 source s*, 6 destination s*, 7 governance ?DataGovernance',
  Dependency: '1 ref s, 2 dependencies Dependency*, 3 provides s*',
  Diff: '1 text AttachedText, 2 url s',
  ExternalReference:
    '1 type ExternalReferenceType, 2 url s, 3 comment s, 4 hashes Hash*, 5 properties Property*',
  Hash: '1 alg HashAlg, 2 value s',
  IdentifiableAction: '1 timestamp t, 2 name s, 3 email s',
  Issue: '1 type IssueClassification, 2 id s, 3 name s, 4 description s, 5 source Source, 6 references s*',
  Source: '1 name s, 2 url s',
  LicenseChoice:
    '1 license License, 2 expression s, 3 acknowledgement LicenseAcknowledgement, 4 bom_ref s, 5 expression_detailed LicenseExpressionDetailed',
  License:
    '1 id s, 2 name s, 3 text AttachedText, 4 url s, 5 bom_ref s, 6 licensing ?Licensing, 7 properties Property*, 8 acknowledgement LicenseAcknowledgement',
  LicenseExpressionDetailed:
    '1 expression s, 2 details ExpressionDetails*, 3 bom_ref s, 4 acknowledgement LicenseAcknowledgement, 5 licensing ?Licensing, 6 properties Property*',
  ExpressionDetails: '1 license_identifier s, 2 bom_ref s, 3 text AttachedText, 4 url s',
  Metadata:
    '1 timestamp t, 2 tools Tool*, 3 authors OrganizationalContact*, 4 component Component, 5 manufacture OrganizationalEntity, 6 supplier OrganizationalEntity, 7 licenses LicenseChoice*, 8 properties Property*, 9 lifecycles Lifecycles*, 10 manufacturer OrganizationalEntity, 11 distributionConstraints DistributionConstraints',
  DistributionConstraints: '1 tlp TlpClassification',
  Lifecycles: '1 phase LifecyclePhase, 2 name s, 3 description s',
  OrganizationalContact: '1 name s, 2 email s, 3 phone s, 4 bom_ref s',
  OrganizationalEntity:
    '1 name s, 2 url s*, 3 contact OrganizationalContact*, 4 bom_ref s, 5 address ?PostalAddress',
  Patch: '1 type PatchClassification, 2 diff Diff, 3 resolves Issue*',
  Pedigree:
    '1 ancestors Component*, 2 descendants Component*, 3 variants Component*, 4 commits Commit*, 5 patches Patch*, 6 notes s',
  Service:
    '1 bom_ref s, 2 provider OrganizationalEntity, 3 group s, 4 name s, 5 version s, 6 description s, 7 endpoints s*, 8 authenticated b, 9 x_trust_boundary b, 10 data DataFlow*, 11 licenses LicenseChoice*, 12 external_references ExternalReference*, 13 services Service*, 14 properties Property*, 15 releaseNotes ReleaseNotes, 16 trustZone s, 17 tags s*, 18 patent_assertions ?PatentAssertion*',
  Swid: '1 tag_id s, 2 name s, 3 version s, 4 tag_version i, 5 patch b, 6 text AttachedText, 7 url s',
  Tool: '1 vendor s, 2 name s, 3 version s, 4 hashes Hash*, 5 external_references ExternalReference*, 6 components Component*, 7 services Service*',
  Property: '1 name s, 2 value s',
  Composition: '1 aggregate Aggregate, 2 assemblies s*, 3 dependencies s*, 4 vulnerabilities s*, 5 bom_ref s',
  Evidence:
    '1 licenses LicenseChoice*, 2 copyright ?EvidenceCopyright*, 3 identity EvidenceIdentity*, 4 occurrences EvidenceOccurrences*, 5 callstack ?Callstack*',
  EvidenceIdentity:
    '1 field EvidenceFieldType, 2 confidence n, 3 methods EvidenceMethods*, 4 tools s*, 5 concludedValue s',
  EvidenceMethods: '1 technique EvidenceTechnique, 2 confidence n, 3 value s',
  EvidenceOccurrences: '1 bom_ref s, 2 location s, 3 line i, 4 offset i, 5 symbol s, 6 additionalContext s',
  Note: '1 locale s, 2 text AttachedText',
  ReleaseNotes:
    '1 type s, 2 title s, 3 featuredImage s, 4 socialImage s, 5 description s, 6 timestamp t, 7 aliases s*, 8 tags s*, 9 resolves Issue*, 10 notes Note*, 11 properties Property*',
  Vulnerability:
    '1 bom_ref s, 2 id s, 3 source Source, 4 references VulnerabilityReference*, 5 ratings VulnerabilityRating*, 6 cwes i*, 7 description s, 8 detail s, 9 recommendation s, 10 advisories Advisory*, 11 created t, 12 published t, 13 updated t, 14 credits ?VulnerabilityCredits, 15 tools Tool*, 16 analysis VulnerabilityAnalysis, 17 affects VulnerabilityAffects*, 18 properties Property*, 19 rejected t, 20 proofOfConcept ?ProofOfConcept, 21 workaround s',
  VulnerabilityReference: '1 id s, 2 source Source',
  VulnerabilityRating:
    '1 source Source, 2 score n, 3 severity Severity, 4 method ScoreMethod, 5 vector s, 6 justification s',
  Advisory: '1 title s, 2 url s',
  VulnerabilityAnalysis:
    '1 state ImpactAnalysisState, 2 justification ImpactAnalysisJustification, 3 response VulnerabilityResponse*, 4 detail s, 5 firstIssued t, 6 lastUpdated t',
  VulnerabilityAffects: '1 ref s, 2 versions VulnerabilityAffectedVersions*',
  VulnerabilityAffectedVersions: '1 version s, 2 range s, 3 status VulnerabilityAffectedStatus',
  ModelCard:
    '1 bom_ref s, 2 modelParameters ModelParameters, 3 quantitativeAnalysis ?QuantitativeAnalysis, 4 considerations ?ModelCardConsiderations, 5 properties Property*',
  ModelParameters:
    '1 approach ?Approach, 2 task s, 3 architectureFamily s, 4 modelArchitecture s, 5 datasets Datasets*, 6 inputs ?ModelFormat*, 7 outputs ?ModelFormat*',
  Datasets: '1 dataset ComponentData, 2 ref s',
  ComponentData:
    '1 bom_ref s, 2 type ComponentDataType, 3 name s, 4 contents ComponentDataContents, 5 classification s, 6 sensitiveData s*, 7 graphics ?GraphicsCollection, 8 description s, 9 governance ?DataGovernance',
  ComponentDataContents: '1 attachment AttachedText, 2 url s, 3 properties Property*',
  CryptoProperties:
    '1 assetType CryptoAssetType, 2 algorithmProperties AlgorithmProperties, 3 certificateProperties CertificateProperties, 4 relatedCryptoMaterialProperties RelatedCryptoMaterialProperties, 5 protocolProperties ProtocolProperties, 6 oid s',
  AlgorithmProperties:
    '1 primitive CryptoPrimitive, 2 parameterSetIdentifier s, 3 curve s, 4 executionEnvironment CryptoExecutionEnvironment, 5 implementationPlatform CryptoPlatform, 6 certificationLevel s*, 7 mode CryptoMode, 8 padding CryptoPadding, 9 cryptoFunctions CryptoFunction*, 10 classicalSecurityLevel i, 11 nistQuantumSecurityLevel i, 12 algorithmFamily s, 13 ellipticCurve s',
  CertificateProperties:
    '1 subjectName s, 2 issuerName s, 3 notValidBefore t, 4 notValidAfter t, 5 signatureAlgorithmRef s, 6 subjectPublicKeyRef s, 7 certificateFormat s, 8 certificateExtension s, 9 serialNumber s, 10 certificateFileExtension s, 11 fingerprint Hash, 12 certificateState ?CertificateState*, 13 creationDate t, 14 activationDate t, 15 deactivationDate t, 16 revocationDate t, 17 destructionDate t, 18 certificateExtensions ?CertificateExtensions, 19 relatedCryptographicAssets ?RelatedAssets',
  RelatedCryptoMaterialProperties:
    '1 type CryptoRelatedType, 2 id s, 3 state CryptoRelatedState, 4 algorithmRef s, 5 creationDate t, 6 activationDate t, 7 updateDate t, 8 expirationDate t, 9 value s, 10 size i, 11 format s, 12 securedBy ?CryptoSecuredBy, 13 fingerprint Hash, 14 relatedCryptographicAssets ?RelatedAssets',
  ProtocolProperties:
    '1 type CryptoProtocolType, 2 version s, 3 cipherSuites ?CipherSuite*, 4 ikev2TransformTypes ?Ikev2TransformTypes, 5 cryptoRef s*, 6 relatedCryptographicAssets ?RelatedAssets, 7 ikev2TransformTypesDetailed ?Ikev2TransformTypesDetailed',
  ...JUDGED_MESSAGES,
};

/**
 * Enums: the prefix of the names, then what is behind it by number; after `=` the value in CycloneDX JSON where it is not that in lower case with `-`
 * (or with `_`, when the prefix is followed by `_:`). `!` marks a zero that means nothing is stated.
 */
const ENUMS: Readonly<Record<string, string>> = {
  Classification:
    'CLASSIFICATION_ !NULL APPLICATION FRAMEWORK LIBRARY OPERATING_SYSTEM DEVICE FILE CONTAINER FIRMWARE DEVICE_DRIVER PLATFORM MACHINE_LEARNING_MODEL DATA CRYPTOGRAPHIC_ASSET',
  DataFlowDirection: 'DATA_FLOW_ !NULL INBOUND OUTBOUND BI_DIRECTIONAL UNKNOWN',
  ExternalReferenceType:
    'EXTERNAL_REFERENCE_TYPE_ OTHER VCS ISSUE_TRACKER WEBSITE ADVISORIES BOM MAILING_LIST SOCIAL CHAT DOCUMENTATION SUPPORT DISTRIBUTION LICENSE BUILD_META BUILD_SYSTEM SECURITY_CONTACT ATTESTATION THREAT_MODEL ADVERSARY_MODEL RISK_ASSESSMENT DISTRIBUTION_INTAKE VULNERABILITY_ASSERTION EXPLOITABILITY_STATEMENT PENTEST_REPORT STATIC_ANALYSIS_REPORT DYNAMIC_ANALYSIS_REPORT RUNTIME_ANALYSIS_REPORT COMPONENT_ANALYSIS_REPORT MATURITY_REPORT CERTIFICATION_REPORT QUALITY_METRICS CODIFIED_INFRASTRUCTURE MODEL_CARD POAM LOG CONFIGURATION EVIDENCE FORMULATION SOURCE_DISTRIBUTION ELECTRONIC_SIGNATURE DIGITAL_SIGNATURE RFC_9116 RELEASE_NOTES PATENT PATENT_FAMILY PATENT_ASSERTION CITATION',
  HashAlg:
    'HASH_ALG_ !NULL MD_5=MD5 SHA_1=SHA-1 SHA_256=SHA-256 SHA_384=SHA-384 SHA_512=SHA-512 SHA_3_256=SHA3-256 SHA_3_384=SHA3-384 SHA_3_512=SHA3-512 BLAKE_2_B_256=BLAKE2b-256 BLAKE_2_B_384=BLAKE2b-384 BLAKE_2_B_512=BLAKE2b-512 BLAKE_3=BLAKE3 STREEBOG_256=Streebog-256 STREEBOG_512=Streebog-512',
  IssueClassification: 'ISSUE_CLASSIFICATION_ !NULL DEFECT ENHANCEMENT SECURITY',
  LicenseAcknowledgement: 'LICENSE_ACKNOWLEDGEMENT_ENUMERATION_ !UNSPECIFIED DECLARED CONCLUDED',
  LifecyclePhase: 'LIFECYCLE_PHASE_ DESIGN PRE_BUILD BUILD POST_BUILD OPERATIONS DISCOVERY DECOMMISSION',
  PatchClassification: 'PATCH_CLASSIFICATION_ !NULL UNOFFICIAL MONKEY BACKPORT CHERRY_PICK',
  Scope: 'SCOPE_ !UNSPECIFIED REQUIRED OPTIONAL EXCLUDED',
  TlpClassification: 'TLP_CLASSIFICATION_ CLEAR GREEN AMBER AMBER_AND_STRICT RED',
  Aggregate:
    'AGGREGATE_ _: NOT_SPECIFIED COMPLETE INCOMPLETE INCOMPLETE_FIRST_PARTY_ONLY INCOMPLETE_THIRD_PARTY_ONLY UNKNOWN INCOMPLETE_FIRST_PARTY_PROPRIETARY_ONLY INCOMPLETE_FIRST_PARTY_OPENSOURCE_ONLY INCOMPLETE_THIRD_PARTY_PROPRIETARY_ONLY INCOMPLETE_THIRD_PARTY_OPENSOURCE_ONLY',
  EvidenceFieldType: 'EVIDENCE_FIELD_ !NULL GROUP NAME VERSION PURL CPE SWID HASH OMNIBOR_ID=omniborId SWHID',
  EvidenceTechnique:
    'EVIDENCE_TECHNIQUE_ SOURCE_CODE_ANALYSIS BINARY_ANALYSIS MANIFEST_ANALYSIS AST_FINGERPRINT HASH_COMPARISON INSTRUMENTATION DYNAMIC_ANALYSIS FILENAME ATTESTATION OTHER',
  Severity: 'SEVERITY_ UNKNOWN CRITICAL HIGH MEDIUM LOW INFO NONE',
  ScoreMethod:
    'SCORE_METHOD_ !NULL CVSSV2=CVSSv2 CVSSV3=CVSSv3 CVSSV31=CVSSv31 OWASP=OWASP OTHER CVSSV4=CVSSv4 SSVC=SSVC',
  ImpactAnalysisState:
    'IMPACT_ANALYSIS_STATE_ _: !NULL RESOLVED RESOLVED_WITH_PEDIGREE EXPLOITABLE IN_TRIAGE FALSE_POSITIVE NOT_AFFECTED',
  ImpactAnalysisJustification:
    'IMPACT_ANALYSIS_JUSTIFICATION_ _: !NULL CODE_NOT_PRESENT CODE_NOT_REACHABLE REQUIRES_CONFIGURATION REQUIRES_DEPENDENCY REQUIRES_ENVIRONMENT PROTECTED_BY_COMPILER PROTECTED_AT_RUNTIME PROTECTED_AT_PERIMETER PROTECTED_BY_MITIGATING_CONTROL',
  VulnerabilityResponse:
    'VULNERABILITY_RESPONSE_ _: !NULL CAN_NOT_FIX WILL_NOT_FIX UPDATE ROLLBACK WORKAROUND_AVAILABLE',
  VulnerabilityAffectedStatus: 'VULNERABILITY_AFFECTED_STATUS_ UNKNOWN AFFECTED NOT_AFFECTED=unaffected',
  ComponentDataType: 'COMPONENT_DATA_TYPE_ SOURCE_CODE CONFIGURATION DATASET DEFINITION OTHER',
  CryptoAssetType: 'CRYPTO_ASSET_TYPE_ !UNSPECIFIED ALGORITHM CERTIFICATE PROTOCOL RELATED_CRYPTO_MATERIAL',
  CryptoPrimitive:
    'CRYPTO_PRIMITIVE_ !UNSPECIFIED UNKNOWN OTHER DRBG MAC BLOCK_CIPHER STREAM_CIPHER SIGNATURE HASH PKE XOF KDF KEY_AGREE KEM AE COMBINER KEY_WRAP',
  CryptoMode: 'CRYPTO_ALGORITHM_MODE_ !UNSPECIFIED UNKNOWN OTHER CBC ECB CCM GCM CFB OFB CTR',
  CryptoPadding: 'CRYPTO_ALGORITHM_PADDING_ !UNSPECIFIED UNKNOWN OTHER PKCS5 PKCS7 PKCS1V15 OAEP RAW',
  CryptoRelatedType:
    'CRYPTO_RELATED_TYPE_ !UNSPECIFIED UNKNOWN OTHER PRIVATE_KEY PUBLIC_KEY SECRET_KEY KEY CIPHERTEXT SIGNATURE DIGEST INITIALIZATION_VECTOR NONCE SEED SALT SHARED_SECRET TAG ADDITIONAL_DATA PASSWORD CREDENTIAL TOKEN',
  CryptoRelatedState:
    'CRYPTO_RELATED_STATE_ !UNSPECIFIED PRE_ACTIVATION ACTIVE SUSPENDED DEACTIVATED COMPROMISED DESTROYED',
  CryptoProtocolType:
    'CRYPTO_PROTOCOL_TYPE_ !UNSPECIFIED UNKNOWN OTHER TLS SSH IPSEC IKE SSTP WPA DTLS QUIC EAP_AKA EAP_AKA_PRIME PRINS 5G_AKA',
  ...JUDGED_ENUMS,
};

export interface ProtoField {
  readonly number: number;
  readonly name: string;
  readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'message' | 'enum';
  /** Name of the message or enum. */
  readonly type: string;
  readonly repeated: boolean;
  /** Holds nothing that Larder keeps. */
  readonly judgedOnly: boolean;
}

export interface ProtoMessage {
  readonly byName: ReadonlyMap<string, ProtoField>;
  readonly byNumber: ReadonlyMap<number, ProtoField>;
}

export interface ProtoEnum {
  /** Full name -> value in CycloneDX JSON; null for one that states nothing. */
  readonly byName: ReadonlyMap<string, string | null>;
  readonly byNumber: readonly (string | null)[];
}

const KINDS: Readonly<Record<string, ProtoField['kind']>> = {
  s: 'text',
  i: 'integer',
  n: 'number',
  b: 'boolean',
  t: 'time',
};

const messages = new Map<string, ProtoMessage>();
const enums = new Map<string, ProtoEnum>();

/** A message of the schema by name; parsed from the table when first asked. */
export function protoMessage(name: string): ProtoMessage {
  let message = messages.get(name);
  if (message === undefined) {
    const fields = (MESSAGES[name] ?? '').split(', ').map(parseField);
    message = {
      byName: new Map(fields.map(field => [field.name, field])),
      byNumber: new Map(fields.map(field => [field.number, field])),
    };
    messages.set(name, message);
  }
  return message;
}

/** An enum of the schema by name. */
export function protoEnum(name: string): ProtoEnum {
  let found = enums.get(name);
  if (found === undefined) {
    found = parseEnum(ENUMS[name] ?? '');
    enums.set(name, found);
  }
  return found;
}

function parseField(text: string): ProtoField {
  const [number = '', name = '', stated = ''] = text.split(' ');
  const repeated = stated.endsWith('*');
  const judgedOnly = stated.startsWith('?');
  const type = stated.replace(/^\?|\*$/g, '');
  const kind = KINDS[type] ?? (Object.hasOwn(ENUMS, type) ? 'enum' : 'message');
  return { number: Number(number), name, kind, type, repeated, judgedOnly };
}

function parseEnum(text: string): ProtoEnum {
  const [prefix = '', ...rest] = text.split(' ');
  const underscores = rest[0] === '_:';
  const byName = new Map<string, string | null>();
  const byNumber: (string | null)[] = [];
  for (const item of underscores ? rest.slice(1) : rest) {
    const unset = item.startsWith('!');
    const [name = '', stated] = (unset ? item.slice(1) : item).split('=');
    const value = unset
      ? null
      : (stated ?? (underscores ? name.toLowerCase() : name.toLowerCase().replaceAll('_', '-')));
    byName.set(`${prefix}${name}`, value);
    byNumber.push(value);
  }
  return { byName, byNumber };
}
