import { decodeHex } from '../../io/base64.ts';
import type { Digest } from '../../model/facts.ts';
import { type Envelope, type EnvelopeSignature, MOST_SIGNATURES } from '../dsse/envelope.ts';
import { arrayAt, isObject, type JsonObject } from '../sigstore/fields.ts';
import { digestsIn } from './resources.ts';
import { entriesOf, listOf, pick, textOf } from './values.ts';

/** The documents of in-toto 1.0 (in-toto-spec.md, section 4): layouts and links, in their own signed wrapper or in a DSSE envelope. */

/** What a layout expects of a supply chain. */
export interface LayoutFacts {
  readonly expires: string | null;
  readonly readme: string | null;
  readonly functionaries: readonly Functionary[];
  readonly steps: readonly LayoutStep[];
  readonly inspections: readonly LayoutStep[];
}

/** Who may do a step: a key, or certificates of authorities that the layout names. */
export interface Functionary {
  readonly id: string;
  readonly keyType: string | null;
  readonly scheme: string | null;
  /** PEM, or hexadecimal for Ed25519. */
  readonly publicKey: string | null;
}

export interface LayoutStep {
  readonly name: string;
  readonly command: readonly string[];
  /** Ids of functionaries; an inspection has none, since whoever verifies does it. */
  readonly functionaries: readonly string[];
  /** How many of them have to agree. */
  readonly threshold: number;
  /** Artifact rules word by word, in order: `MATCH`, `app`, `WITH`, `PRODUCTS`, `FROM`, `build`. */
  readonly materials: readonly (readonly string[])[];
  readonly products: readonly (readonly string[])[];
}

/** More than any layout has. */
const MOST = 10_000;

/** The kind of a value that is a layout or a link itself, without wrapper. */
export function classicType(value: unknown): 'layout' | 'link' | null {
  const type = isObject(value) ? textOf(value, '_type') : null;
  return type === 'layout' || type === 'link' ? type : null;
}

/** Whether a value is a layout or link in the old wrapper. */
export function looksLikeClassic(value: unknown): value is JsonObject {
  return isObject(value) && Array.isArray(value['signatures']) && classicType(value['signed']) !== null;
}

/** The signatures of the old wrapper as those of an envelope; what they are over is the canonical JSON of `signed`. Throws FormatError `invalid-content` for a flood of them. */
export function classicEnvelope(value: JsonObject): Envelope {
  const signatures = arrayAt(value['signatures'], '/signatures', MOST_SIGNATURES).map(
    (one): EnvelopeSignature => ({
      keyId: textOf(one, 'keyid'),
      signature: decodeHex((textOf(one, 'sig') ?? '').toLowerCase()) ?? Buffer.alloc(0),
      certificate: null,
    }),
  );
  const payload = Buffer.from(JSON.stringify(statementValue(pick(value, 'signed'))));
  return { payloadType: 'application/vnd.in-toto+json', payload, signatures };
}

/** A link as the statement it would be today: its products are what it is about. Anything else as it is. */
export function statementValue(value: unknown): unknown {
  if (classicType(value) !== 'link') return value;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: artifactsOf(value, 'products').map(({ name, digests }) => ({
      name,
      digest: Object.fromEntries(digests.map(one => [one.algorithm, one.value])),
    })),
    predicateType: 'https://in-toto.io/Link/v1',
    predicate: value,
  };
}

/** The materials or products of a link, by name. */
function artifactsOf(
  link: unknown,
  key: 'materials' | 'products',
): { readonly name: string; readonly digests: readonly Digest[] }[] {
  return entriesOf(link, key).map(([name, hashes]) => ({ name, digests: digestsIn(hashes) }));
}

/** Reads a layout leniently: what is not there is empty. */
export function layoutFrom(value: unknown): LayoutFacts {
  const keys = entriesOf(value, 'keys').slice(0, MOST);
  return {
    expires: textOf(value, 'expires'),
    readme: textOf(value, 'readme'),
    functionaries: keys.map(([id, key]) => ({
      id,
      keyType: textOf(key, 'keytype'),
      scheme: textOf(key, 'scheme'),
      publicKey: textOf(key, 'keyval', 'public'),
    })),
    steps: listOf(value, 'steps').slice(0, MOST).map(stepFrom),
    inspections: listOf(value, 'inspect').slice(0, MOST).map(stepFrom),
  };
}

function stepFrom(value: unknown): LayoutStep {
  const threshold = pick(value, 'threshold');
  return {
    name: textOf(value, 'name') ?? '',
    command: commandOf(pick(value, 'expected_command') ?? pick(value, 'run')),
    functionaries: texts(pick(value, 'pubkeys')),
    // One that cannot be read must not ask for less than its owner meant.
    threshold:
      threshold === undefined
        ? 1
        : Number.isSafeInteger(threshold)
          ? (threshold as number)
          : Number.MAX_SAFE_INTEGER,
    materials: rulesOf(pick(value, 'expected_materials')),
    products: rulesOf(pick(value, 'expected_products')),
  };
}

/** Words as a list, or as one text. */
function commandOf(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter(part => part !== '') : texts(value);
}

function rulesOf(value: unknown): string[][] {
  return (Array.isArray(value) ? value.slice(0, MOST) : []).map(commandOf);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}
