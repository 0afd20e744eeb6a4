/** Messages of CycloneDX's protobuf schema that hold nothing Larder keeps; `larder validate` judges them. Written as in proto-schema.ts, by the names of the schema or shorter ones. */
export const JUDGED_MESSAGES: Readonly<Record<string, string>> = {
  Annotation: '1 bom_ref s, 2 subjects s*, 3 annotator AnnotatorChoice, 4 timestamp t, 5 text s',
  AnnotatorChoice:
    '1 organization OrganizationalEntity, 2 individual OrganizationalContact, 3 component Component, 4 service Service',
  Approach: '1 type ModelApproach',
  Callstack: '1 frames Frames*',
  Frames: '1 package s, 2 module s, 3 function s, 4 parameters s*, 5 line i, 6 column i, 7 fullFilename s',
  CertificateExtensions: '1 extensions Extension*',
  Extension: '1 commonExtension CommonExtension, 2 customExtension CustomExtension',
  CommonExtension: '1 name CommonExtensionName, 2 value s',
  CustomExtension: '1 name s, 2 value s',
  CertificateState: '1 reason s, 2 predefined_state PredefinedState, 3 name s, 4 description s',
  CipherSuite: '1 name s, 2 algorithms s*, 3 identifiers s*, 4 tlsGroups s*, 5 tlsSignatureSchemes s*',
  Citation:
    '1 bom_ref s, 2 pointers Pointers, 3 expressions Expressions, 4 timestamp t, 5 attributed_to s, 6 process s, 7 note s',
  Pointers: '1 pointer s*',
  Expressions: '1 expression s*',
  CryptoSecuredBy: '1 mechanism s, 2 algorithmRef s',
  DataGovernance:
    '1 custodians DataResponsibility*, 2 stewards DataResponsibility*, 3 owners DataResponsibility*',
  DataResponsibility: '1 organization OrganizationalEntity, 2 contact OrganizationalContact',
  Declarations:
    '1 assessors Assessor*, 2 attestations Attestation*, 3 claims Claim*, 4 evidence ClaimEvidence*, 5 targets Targets, 6 affirmation Affirmation',
  Assessor: '1 bom_ref s, 2 thirdParty b, 3 organization OrganizationalEntity',
  Attestation: '1 summary s, 2 assessor s, 3 map AttestationMap*',
  AttestationMap:
    '1 requirement s, 2 claims s*, 3 counterClaims s*, 4 conformance AttestationConformance, 5 confidence AttestationConfidence',
  AttestationConformance: '1 score n, 2 rationale s, 3 mitigationStrategies s*',
  AttestationConfidence: '1 score n, 2 rationale s',
  Claim:
    '1 bom_ref s, 2 target s, 3 predicate s, 4 mitigationStrategies s*, 5 reasoning s, 6 evidence s*, 7 counterEvidence s*, 8 externalReferences ExternalReference*',
  ClaimEvidence:
    '1 bom_ref s, 2 propertyName s, 3 description s, 4 data ClaimData*, 5 created t, 6 expires t, 7 author OrganizationalContact, 8 reviewer OrganizationalContact',
  ClaimData:
    '1 name s, 2 contents ClaimContents, 3 classification s, 4 sensitiveData s*, 5 governance DataGovernance',
  ClaimContents: '1 attachment AttachedText, 2 url s',
  Targets: '1 organizations OrganizationalEntity*, 2 components Component*, 3 services Service*',
  Affirmation: '1 statement s, 2 signatories Signatory*',
  Signatory: '1 name s, 2 role s, 3 organization OrganizationalEntity, 4 externalReference ExternalReference',
  Definition: '1 standards Standard*, 2 patents PatentOrFamily*',
  Standard:
    '1 bom_ref s, 2 name s, 3 version s, 4 description s, 5 owner s, 6 requirements Requirement*, 7 levels Level*, 8 externalReferences ExternalReference*',
  Requirement:
    '1 bom_ref s, 2 identifier s, 3 title s, 4 text s, 5 descriptions s*, 6 openCre s*, 7 parent s, 8 properties Property*, 9 externalReferences ExternalReference*',
  Level: '1 bom_ref s, 2 identifier s, 3 title s, 4 description s, 5 requirements s*',
  EvidenceCopyright: '1 text s',
  Formula:
    '1 bom_ref s, 2 components Component*, 3 services Service*, 4 workflows Workflow*, 5 properties Property*',
  Workflow:
    '1 bom_ref s, 2 uid s, 3 name s, 4 description s, 5 properties Property*, 6 resourceReferences ResourceReference*, 7 tasks Task*, 8 taskDependencies Dependency*, 9 taskTypes TaskType*, 10 trigger Trigger, 11 steps Step*, 12 inputs InputType*, 13 outputs OutputType*, 14 timeStart t, 15 timeEnd t, 16 workspaces Workspace*, 17 runtimeTopology Dependency*',
  Task: '1 bom_ref s, 2 uid s, 3 name s, 4 description s, 5 properties Property*, 6 resourceReferences ResourceReference*, 7 taskTypes TaskType*, 8 trigger Trigger, 9 steps Step*, 10 inputs InputType*, 11 outputs OutputType*, 14 timeStart t, 15 timeEnd t, 16 workspaces Workspace*, 17 runtimeTopology Dependency*',
  Step: '1 name s, 2 description s, 3 commands Command*, 4 properties Property*',
  Command: '1 executed s, 2 properties Property*',
  Workspace:
    '1 bom_ref s, 2 uid s, 3 name s, 4 aliases s*, 5 description s, 6 properties Property*, 7 resourceReferences ResourceReference*, 8 accessMode AccessMode, 9 mountPath s, 10 managedDataType s, 11 volumeRequest s, 12 volume Volume',
  Volume:
    '1 uid s, 2 name s, 3 mode VolumeMode, 4 path s, 5 sizeAllocated s, 6 persistent b, 7 remote b, 8 properties Property*',
  Trigger:
    '1 bom_ref s, 2 uid s, 3 name s, 4 description s, 5 properties Property*, 6 resourceReferences ResourceReference*, 7 type TriggerType, 8 event Event, 9 conditions Condition*, 10 timeActivated t, 11 inputs InputType*, 12 outputs OutputType*',
  Event:
    '1 uid s, 2 description s, 3 timeReceived t, 4 data AttachedText, 5 source ResourceReference, 6 target ResourceReference, 7 properties Property*',
  InputType:
    '1 source ResourceReference, 2 target ResourceReference, 3 resource ResourceReference, 4 parameters Parameter*, 5 environmentVars EnvironmentVars*, 6 data AttachedText, 7 properties Property*',
  OutputType:
    '1 type OutputKind, 2 source ResourceReference, 3 target ResourceReference, 4 resource ResourceReference, 5 data AttachedText, 6 environmentVars EnvironmentVars*, 7 properties Property*',
  ResourceReference: '1 ref s, 2 externalReference ExternalReference',
  Condition: '1 description s, 2 expression s, 3 properties Property*',
  Parameter: '1 name s, 2 value s, 3 dataType s',
  EnvironmentVars: '1 property Property, 2 value s',
  GraphicsCollection: '1 description s, 2 graphic Graphic*',
  Graphic: '1 name s, 2 image AttachedText',
  Ikev2TransformTypes: '1 encr s*, 2 prf s*, 3 integ s*, 4 ke s*, 5 esn b, 6 auth s*',
  Ikev2TransformTypesDetailed:
    '1 encr Ikev2Encryption*, 2 prf Ikev2Named*, 3 integ Ikev2Named*, 4 ke Ikev2KeyExchange*, 5 esn b, 6 auth Ikev2Named*',
  Ikev2Encryption: '1 name s, 2 keyLength i, 3 algorithm s',
  Ikev2Named: '1 name s, 2 algorithm s',
  Ikev2KeyExchange: '1 group i, 2 algorithm s',
  Licensing:
    '1 altIds s*, 2 licensor OrganizationOrContact, 3 licensee OrganizationOrContact, 4 purchaser OrganizationOrContact, 5 purchaseOrder s, 6 licenseTypes LicensingType*, 7 lastRenewal t, 8 expiration t',
  OrganizationOrContact: '1 organization OrganizationalEntity, 2 individual OrganizationalContact',
  ModelCardConsiderations:
    '1 users s*, 2 useCases s*, 3 technicalLimitations s*, 4 performanceTradeoffs s*, 5 ethicalConsiderations EthicalConsiderations*, 6 fairnessAssessments FairnessAssessments*, 7 environmentalConsiderations EnvironmentalConsiderations',
  EthicalConsiderations: '1 name s, 2 mitigationStrategy s',
  FairnessAssessments: '1 groupAtRisk s, 2 benefits s, 3 harms s, 4 mitigationStrategy s',
  EnvironmentalConsiderations: '1 energyConsumptions EnergyConsumption*, 2 properties Property*',
  EnergyConsumption:
    '1 activity EnergyActivity, 2 energyProviders EnergyProvider*, 3 activityEnergyCost EnergyMeasure, 4 co2CostEquivalent Co2Measure, 5 co2CostOffset Co2Measure, 6 properties Property*',
  EnergyProvider:
    '1 bom_ref s, 2 description s, 3 organization OrganizationalEntity, 4 energySource EnergySource, 5 energyProvided EnergyMeasure, 6 external_references ExternalReference*',
  EnergyMeasure: '1 value n, 2 unit EnergyUnit',
  Co2Measure: '1 value n, 2 unit Co2Unit',
  ModelFormat: '1 format s',
  Patent:
    '1 bom_ref s, 2 patent_number s, 3 application_number s, 4 jurisdiction s, 5 priority_application PriorityApplication, 6 publication_number s, 7 title s, 8 abstract s, 9 filing_date t, 10 grant_date t, 11 patent_expiration_date t, 12 patent_legal_status PatentLegalStatus, 13 patent_assignee OrganizationOrContact*, 14 external_references ExternalReference*',
  PatentAssertion:
    '1 bom_ref s, 2 assertion_type PatentAssertionType, 3 patent_refs s*, 4 asserter Asserter, 5 notes s',
  Asserter: '1 organization OrganizationalEntity, 2 individual OrganizationalContact, 3 ref s',
  PatentFamily:
    '1 bom_ref s, 2 family_id s, 3 priority_application PriorityApplication, 4 members s*, 5 external_references ExternalReference*',
  PatentOrFamily: '1 patent Patent, 2 patent_family PatentFamily',
  PriorityApplication: '1 application_number s, 2 jurisdiction s, 3 filing_date t',
  // The schema spells the sixth field so.
  PostalAddress:
    '1 bom_ref s, 2 country s, 3 region s, 4 locality s, 5 postOfficeBoxNumber s, 6 postalCodeue s, 7 streetAddress s',
  ProofOfConcept: '1 reproductionSteps s, 2 environment s, 3 supportingMaterial AttachedText*',
  QuantitativeAnalysis: '1 performanceMetrics PerformanceMetrics*, 2 graphics GraphicsCollection',
  PerformanceMetrics: '1 type s, 2 value s, 3 slice s, 4 confidenceInterval ConfidenceInterval',
  ConfidenceInterval: '1 lowerBound s, 2 upperBound s',
  RelatedAssets: '1 assets RelatedAsset*',
  RelatedAsset: '1 type s, 2 ref s',
  VulnerabilityCredits: '1 organizations OrganizationalEntity*, 2 individuals OrganizationalContact*',
};

/** Their enums, written as in proto-schema.ts. */
export const JUDGED_ENUMS: Readonly<Record<string, string>> = {
  AccessMode: 'ACCESS_MODE_ READ_ONLY READ_WRITE READ_WRITE_ONCE WRITE_ONCE WRITE_ONLY',
  Co2Unit: 'CO2_MEASURE_UNIT_TYPE_ !UNSPECIFIED TONNES_CO2_EQUIVALENT=tCO2eq',
  CommonExtensionName:
    'COMMON_EXTENSION_NAME_ !UNSPECIFIED BASIC_CONSTRAINTS KEY_USAGE EXTENDED_KEY_USAGE SUBJECT_ALTERNATIVE_NAME AUTHORITY_KEY_IDENTIFIER SUBJECT_KEY_IDENTIFIER AUTHORITY_INFORMATION_ACCESS CERTIFICATE_POLICIES CRL_DISTRIBUTION_POINTS SIGNED_CERTIFICATE_TIMESTAMP',
  CryptoExecutionEnvironment:
    'CRYPTO_EXECUTION_ENVIRONMENT_ !UNSPECIFIED UNKNOWN OTHER SOFTWARE_PLAIN_RAM SOFTWARE_ENCRYPTED_RAM SOFTWARE_TEE HARDWARE',
  CryptoFunction:
    'CRYPTO_ALGORITHM_FUNCTION_ !UNSPECIFIED UNKNOWN OTHER GENERATE KEYGEN ENCRYPT DECRYPT DIGEST TAG KEYDERIVE SIGN VERIFY ENCAPSULATE DECAPSULATE',
  // The schema spells s390x so.
  CryptoPlatform:
    'CRYPTO_IMPLEMENTATION_PLATFORM_ _: !UNSPECIFIED UNKNOWN OTHER GENERIC X86_32 X86_64 ARMV7A=armv7-a ARMV7M=armv7-m ARMV8A=armv8-a ARMV8M=armv8-m ARMV9A=armv9-a ARMV9M=armv9-m X390X=s390x PPC64 PPC64LE',
  EnergyActivity:
    'ACTIVITY_TYPE_ !UNSPECIFIED OTHER DESIGN DATA_COLLECTION DATA_PREPARATION TRAINING FINE_TUNING VALIDATION DEPLOYMENT INFERENCE',
  EnergySource:
    'ENERGY_SOURCE_TYPE_ !UNSPECIFIED UNKNOWN OTHER COAL OIL NATURAL_GAS NUCLEAR WIND SOLAR GEOTHERMAL HYDROPOWER BIOFUEL',
  EnergyUnit: 'ENERGY_MEASURE_UNIT_TYPE_ !UNSPECIFIED KILOWATT_HOURS=kWh',
  LicensingType:
    'LICENSING_TYPE_ !NULL ACADEMIC APPLIANCE CLIENT_ACCESS CONCURRENT_USER CORE_POINTS CUSTOM_METRIC DEVICE EVALUATION NAMED_USER NODE_LOCKED OEM PERPETUAL PROCESSOR_POINTS SUBSCRIPTION USER OTHER',
  ModelApproach:
    'MODEL_PARAMETER_APPROACH_TYPE_ SUPERVISED UNSUPERVISED REINFORCED_LEARNING SEMI_SUPERVISED SELF_SUPERVISED',
  OutputKind: 'OUTPUT_TYPE_ ARTIFACT ATTESTATION LOG EVIDENCE METRICS OTHER',
  PatentAssertionType:
    'PATENT_ASSERTION_TYPE_ !UNSPECIFIED OWNERSHIP LICENSE THIRD_PARTY_CLAIM STANDARDS_INCLUSION PRIOR_ART EXCLUSIVE_RIGHTS NON_ASSERTION RESEARCH_OR_EVALUATION',
  PatentLegalStatus:
    'PATENT_LEGAL_STATUS_ !UNSPECIFIED PENDING GRANTED REVOKED EXPIRED LAPSED WITHDRAWN ABANDONED SUSPENDED REINSTATED OPPOSED TERMINATED INVALIDATED IN_FORCE',
  PredefinedState:
    'PREDEFINED_STATE_ !UNSPECIFIED PRE_ACTIVATION ACTIVE SUSPENDED DEACTIVATED REVOKED DESTROYED',
  TaskType: 'TASK_TYPE_ COPY CLONE LINT SCAN MERGE BUILD TEST DELIVER DEPLOY RELEASE CLEAN OTHER',
  TriggerType: 'TRIGGER_TYPE_ MANUAL API WEBHOOK SCHEDULED',
  VolumeMode: 'VOLUME_MODE_ FILESYSTEM BLOCK',
};
