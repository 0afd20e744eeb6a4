import cvss from 'ae-cvss-calculator';
import { isObject, type JsonObject } from '../../fields.ts';
import { checkShape } from '../../shape-rules.ts';
import { CVSS_V2, CVSS_V3 } from './cvss-schema.ts';
import { type CsafDocument, find, objects, type Place, texts } from './document.ts';
import { type CsafTest, quote, type TestFault } from './test.ts';

/** CSAF 2.0, sections 6.1.7 to 6.1.10: CVSS. */
export const SCORE_TESTS: readonly CsafTest[] = [
  { section: '6.1.7', title: 'Multiple Scores with Same Version per Product', check: repeatedScore },
  { section: '6.1.8', title: 'Invalid CVSS', check: invalidCvss },
  { section: '6.1.9', title: 'Invalid CVSS Computation', check: wrongComputation },
  { section: '6.1.10', title: 'Inconsistent CVSS', check: inconsistent },
];

const KEYS = ['cvss_v2', 'cvss_v3'] as const;

/** The CVSS objects of a document. */
export function cvssOf(document: CsafDocument): Place[] {
  return KEYS.flatMap(key => document.find(`/vulnerabilities/*/scores/*/${key}`));
}

/** What the vector of a CVSS object says, as the data representation of its version has it; null when it has no sound vector. */
export function computed(value: JsonObject): JsonObject | null {
  const { vectorString } = value;
  if (typeof vectorString !== 'string' || vectorString.length > 512) return null;
  try {
    const vector = cvss.fromVector(vectorString);
    if (vector === null || !vector.isBaseFullyDefined()) return null;
    const whole: unknown = vector.createJsonSchema();
    return isObject(whole) ? whole : null;
  } catch {
    return null;
  }
}

/** The tests of versions 3.0 and 3.1 are apart: a product may have one of each. */
function* repeatedScore(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const seen = new Set<string>();
    for (const score of objects(find(vulnerability, '/scores/*'))) {
      const versions = KEYS.flatMap(key => texts(find(score, `/${key}/version`)));
      for (const { value: product, at } of texts(find(score, '/products/*'))) {
        for (const { value: version } of versions) {
          const key = JSON.stringify([product, version]);
          if (seen.has(key))
            yield {
              at,
              message: `The product ${quote(product)} has more than one score of CVSS ${version}.`,
            };
          seen.add(key);
        }
      }
    }
  }
}

function invalidCvss(document: CsafDocument): TestFault[] {
  const faults: TestFault[] = [];
  for (const { value, at } of cvssOf(document)) {
    const rule = at.endsWith('cvss_v2') ? CVSS_V2 : CVSS_V3;
    checkShape(value, rule, at, fault => {
      if (fault.code !== 'unknown-field') faults.push(fault);
    });
  }
  return faults;
}

const NAMES = ['base', 'temporal', 'environmental'] as const;

/** A temporal score without temporal metrics is the base score. The environmental one has its own formula, also where nothing is modified. */
function* wrongComputation(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of objects(cvssOf(document))) {
    const right = computed(value);
    if (right === null) continue;
    const modified = computed({ vectorString: modifyNothing(String(value['vectorString'])) });
    for (const name of NAMES) {
      const from = name === 'environmental' ? modified : right;
      for (const what of ['Score', 'Severity'])
        yield* differs(value, at, `${name}${what}`, from?.[`${name}${what}`] ?? right[`base${what}`]);
    }
  }
}

/** The same vector with one environmental metric stated, as what it is anyway. */
function modifyNothing(vector: string): string {
  if (!vector.startsWith('CVSS:3'))
    return /TD:[NLMH]\b/.test(vector) ? vector : `${vector.replace(/\/TD:ND/, '')}/TD:H`;
  const reach = /\/AV:(.)/.exec(vector)?.[1] ?? 'N';
  return /\/MAV:[NALP]/.test(vector) ? vector : `${vector.replace(/\/MAV:X/, '')}/MAV:${reach}`;
}

/** Metrics that a vector may leave out, by their names in it. */
const OPTIONAL_METRICS: ReadonlyMap<string, string> = new Map([
  ['exploitability', 'E'],
  ['exploitCodeMaturity', 'E'],
  ['remediationLevel', 'RL'],
  ['reportConfidence', 'RC'],
  ['collateralDamagePotential', 'CDP'],
  ['targetDistribution', 'TD'],
  ['confidentialityRequirement', 'CR'],
  ['integrityRequirement', 'IR'],
  ['availabilityRequirement', 'AR'],
  ['modifiedAttackVector', 'MAV'],
  ['modifiedAttackComplexity', 'MAC'],
  ['modifiedPrivilegesRequired', 'MPR'],
  ['modifiedUserInteraction', 'MUI'],
  ['modifiedScope', 'MS'],
  ['modifiedConfidentialityImpact', 'MC'],
  ['modifiedIntegrityImpact', 'MI'],
  ['modifiedAvailabilityImpact', 'MA'],
]);

/** Metrics beside the vector must not contradict it; what the vector leaves out contradicts nothing. */
function* inconsistent(document: CsafDocument): Generator<TestFault> {
  for (const { value, at } of objects(cvssOf(document))) {
    const right = computed(value);
    if (right === null) continue;
    const metrics = new Set(
      String(value['vectorString'])
        .split('/')
        .map(metric => metric.split(':')[0]),
    );
    for (const name of Object.keys(right)) {
      const short = OPTIONAL_METRICS.get(name);
      const isSaid = short === undefined || metrics.has(short);
      if (isSaid && name !== 'vectorString' && !/(?:Score|Severity)$/.test(name))
        yield* differs(value, at, name, right[name]);
    }
  }
}

function* differs(value: JsonObject, at: string, name: string, right: unknown): Generator<TestFault> {
  if (!Object.hasOwn(value, name) || right === undefined || value[name] === right) return;
  yield {
    at: `${at}/${name}`,
    message: `${name} is ${quote(value[name])}, but the vector gives ${quote(right)}.`,
  };
}
