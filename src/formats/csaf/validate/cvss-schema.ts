import { form, object, type Rule, text, words } from '../../shape-rules.ts';

/** The shape of the CVSS objects in a score: the data representations of CVSS 2.0, 3.0 and 3.1 by FIRST. */

const SCORE: Rule = { kind: 'number', min: 0, max: 10, whole: false };
const UNSET = 'NOT_DEFINED';

const V2_METRIC =
  '(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))';
const V3_METRIC =
  '(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])';

const impact2 = words('NONE', 'PARTIAL', 'COMPLETE');
const requirement = words('LOW', 'MEDIUM', 'HIGH', UNSET);
const maturity = words('UNPROVEN', 'PROOF_OF_CONCEPT', 'FUNCTIONAL', 'HIGH', UNSET);
const remediation = words('OFFICIAL_FIX', 'TEMPORARY_FIX', 'WORKAROUND', 'UNAVAILABLE', UNSET);
const requirements = {
  confidentialityRequirement: requirement,
  integrityRequirement: requirement,
  availabilityRequirement: requirement,
};

export const CVSS_V2: Rule = object({
  'version!': words('2.0'),
  'vectorString!': text(form('a CVSS 2.0 vector', new RegExp(`^(?:${V2_METRIC}/)*${V2_METRIC}$`))),
  accessVector: words('NETWORK', 'ADJACENT_NETWORK', 'LOCAL'),
  accessComplexity: words('HIGH', 'MEDIUM', 'LOW'),
  authentication: words('MULTIPLE', 'SINGLE', 'NONE'),
  confidentialityImpact: impact2,
  integrityImpact: impact2,
  availabilityImpact: impact2,
  'baseScore!': SCORE,
  exploitability: maturity,
  remediationLevel: remediation,
  reportConfidence: words('UNCONFIRMED', 'UNCORROBORATED', 'CONFIRMED', UNSET),
  temporalScore: SCORE,
  collateralDamagePotential: words('NONE', 'LOW', 'LOW_MEDIUM', 'MEDIUM_HIGH', 'HIGH', UNSET),
  targetDistribution: words('NONE', 'LOW', 'MEDIUM', 'HIGH', UNSET),
  ...requirements,
  environmentalScore: SCORE,
});

const severity = words('NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

function version3(version: '3.0' | '3.1'): Rule {
  const base: [string, string[]][] = [
    ['attackVector', ['NETWORK', 'ADJACENT_NETWORK', 'LOCAL', 'PHYSICAL']],
    ['attackComplexity', ['HIGH', 'LOW']],
    ['privilegesRequired', ['HIGH', 'LOW', 'NONE']],
    ['userInteraction', ['NONE', 'REQUIRED']],
    ['scope', ['UNCHANGED', 'CHANGED']],
    ['confidentialityImpact', ['NONE', 'LOW', 'HIGH']],
    ['integrityImpact', ['NONE', 'LOW', 'HIGH']],
    ['availabilityImpact', ['NONE', 'LOW', 'HIGH']],
  ];
  const metrics = base.flatMap(([name, values]): [string, Rule][] => [
    [name, words(...values)],
    [`modified${name.charAt(0).toUpperCase()}${name.slice(1)}`, words(...values, UNSET)],
  ]);
  const vector = new RegExp(`^CVSS:${version.replace('.', '[.]')}/(?:${V3_METRIC}/)*${V3_METRIC}$`);
  return object({
    'version!': words(version),
    'vectorString!': text(form(`a CVSS ${version} vector`, vector)),
    ...Object.fromEntries(metrics),
    'baseScore!': SCORE,
    'baseSeverity!': severity,
    exploitCodeMaturity: maturity,
    remediationLevel: remediation,
    reportConfidence: words('UNKNOWN', 'REASONABLE', 'CONFIRMED', UNSET),
    temporalScore: SCORE,
    temporalSeverity: severity,
    ...requirements,
    environmentalScore: SCORE,
    environmentalSeverity: severity,
  });
}

const V30 = version3('3.0');
const V31 = version3('3.1');

/** 3.0 or 3.1, as the object says of itself. */
export const CVSS_V3: Rule = {
  kind: 'chosen',
  choose: value => ((value as { version?: unknown } | null)?.version === '3.0' ? V30 : V31),
};
