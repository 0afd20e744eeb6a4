import type { ErrorObject, SchemaValidateFunction, ValidateFunction } from 'ajv';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { duplicateKeys, jsonPlaces, jsonPointer, placeText } from '../json.ts';
import { schemaText } from './schemas.ts';
import { isShape, kindOf, quoted } from './shape.ts';

const BASE = 'http://cyclonedx.org/schema/';
/** JSON came with 1.2; the strict variants of 1.2 and 1.3 are the ones that name misspelt fields. */
const SCHEMAS = new Map([
  ['1.2', 'bom-1.2-strict.SNAPSHOT.schema.json'],
  ['1.3', 'bom-1.3-strict.SNAPSHOT.schema.json'],
  ['1.4', 'bom-1.4.SNAPSHOT.schema.json'],
  ['1.5', 'bom-1.5.SNAPSHOT.schema.json'],
  ['1.6', 'bom-1.6.SNAPSHOT.schema.json'],
  ['1.7', 'bom-1.7.SNAPSHOT.schema.json'],
]);
const SHARED = [
  'spdx.SNAPSHOT.schema.json',
  'jsf-0.82.SNAPSHOT.schema.json',
  'cryptography-defs.SNAPSHOT.schema.json',
];
const MAX_FAULTS = 1_000;

/** Judges a JSON document against the official schema of the version it states, and what the schema cannot say: repeated keys and refs. */
export async function validateJson(input: DocumentInput): Promise<Validation> {
  const root = input.json();
  const specVersion = isShape(root) && typeof root['specVersion'] === 'string' ? root['specVersion'] : null;
  const schema = specVersion === null ? undefined : SCHEMAS.get(specVersion);
  const faults = [
    ...(schema === undefined
      ? [versionFault(root, specVersion)]
      : schemaFaults(await validatorOf(schema), root)),
    ...(isShape(root) ? repeatedRefs(root) : []),
  ];
  const text = input.text();
  const placed = [...duplicateKeys(text), ...withPlaces(text, faults.slice(0, MAX_FAULTS))];
  return { valid: placed.length === 0, specVersion, faults: placed };
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
}

function versionFault(root: unknown, specVersion: string | null): Fault {
  if (!isShape(root))
    return { code: 'wrong-type', message: `A BOM is one object, not ${kindOf(root)}.`, pointer: '' };
  if (specVersion === null)
    return {
      code: 'missing-field',
      message: '"specVersion" is missing, so there is no schema to judge by.',
      pointer: '',
    };
  const message = `${quoted(specVersion)} is no version of CycloneDX that has JSON: they are ${[...SCHEMAS.keys()].join(', ')}.`;
  return { code: 'unknown-spec-version', message, pointer: '/specVersion' };
}

const validators = new Map<string, Promise<ValidateFunction>>();

function validatorOf(schema: string): Promise<ValidateFunction> {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

async function compile(schema: string): Promise<ValidateFunction> {
  // A bundle shows of a CommonJS package only its `default`, which is all that it exports.
  const [ajvModule, formatsModule] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const { Ajv } = ajvModule.default;
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    validateFormats: true,
    verbose: true,
    code: { process: appendingErrors },
  });
  formatsModule.default.default(ajv);
  // Every character that RFC 3987 keeps out of an IRI reference, and the least that an address must have.
  ajv.addFormat('iri-reference', /^[^\s<>"{}|\\^`]*$/u);
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/u);
  // ajv compares each item with each: a megabyte of small components would take minutes.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: 'full',
    validate: uniqueItems,
  });
  for (const name of SHARED) ajv.addSchema(JSON.parse(schemaText(name)) as object, `${BASE}${name}`);
  return ajv.compile(JSON.parse(schemaText(schema)) as object);
}

/** ajv copies all errors so far at each reference that adds some: a megabyte of empty components would take minutes. Where its code is another, it stays as it is. */
function appendingErrors(code: string): string {
  return code.replaceAll(
    /vErrors\.concat\(([\w$]+)\.errors\)/g,
    (_, source: string) => `${source}.errors.reduce((all, error) => (all.push(error), all), vErrors)`,
  );
}

/** The keyword in linear time: items are equal when their text with sorted keys is. */
const uniqueItems: SchemaValidateFunction = (wanted: boolean, items: readonly unknown[]): boolean => {
  const first = new Map<string, number>();
  for (const [i, item] of wanted ? items.entries() : []) {
    const text = JSON.stringify(sorted(item));
    const j = first.get(text);
    if (j !== undefined) {
      uniqueItems.errors = [{ keyword: 'uniqueItems', params: { i, j } }];
      return false;
    }
    first.set(text, i);
  }
  return true;
};

/** The first item tells a list from an object. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ['[', ...value.map(sorted)];
  if (!isShape(value)) return value;
  const keys = Object.keys(value).sort();
  return ['{', ...keys.map(key => [key, sorted(value[key])])];
}

function schemaFaults(validate: ValidateFunction, root: unknown): Fault[] {
  if (validate(root)) return [];
  const faults = new Map<string, Fault>();
  const show = shower();
  for (const error of leaves(validate.errors ?? [])) {
    const fault = faultOf(error, show);
    faults.set(`${fault.pointer} ${fault.message}`, fault);
    if (faults.size >= MAX_FAULTS) break;
  }
  return [...faults.values()];
}

/** Without the errors that only sum up others (`if`, and `anyOf`, `oneOf`, `allOf` whose branches say more). */
function leaves(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const detailed = errors.filter(error => !['if', 'anyOf', 'allOf'].includes(error.keyword));
  const paths = [...new Set(detailed.map(error => error.schemaPath))];
  const summing = new Set(paths.filter(path => paths.some(other => other.startsWith(`${path}/`))));
  const own = detailed.filter(error => error.keyword !== 'oneOf' || !summing.has(error.schemaPath));
  return own.length > 0 ? own : errors;
}

/** A value as a message shows it. A large object that many errors speak of is written once. */
function shower(): (value: unknown) => string {
  const known = new Map<unknown, string>();
  return value => {
    const text = known.get(value) ?? JSON.stringify(value) ?? 'nothing';
    const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
    if (typeof value === 'object') known.set(value, short);
    return short;
  };
}

function faultOf(error: ErrorObject, show: (value: unknown) => string): Fault {
  const pointer = error.instancePath;
  const parameters = error.params as Record<string, unknown>;
  const shown = show(error.data);
  switch (error.keyword) {
    case 'required':
      return { code: 'missing-field', message: `"${parameters['missingProperty']}" is missing.`, pointer };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(parameters['additionalProperty'] ?? parameters['unevaluatedProperty']);
      return {
        code: 'unknown-field',
        message: `"${name}" is not a field of this object.`,
        pointer: `${pointer}${jsonPointer([name])}`,
      };
    }
    case 'type':
      return {
        code: 'wrong-type',
        message: `The value should be ${article(parameters['type'])}, not ${kindOf(error.data)}.`,
        pointer,
      };
    case 'enum':
      return {
        code: 'not-allowed',
        message: `${shown} is not one of the allowed values${some(parameters['allowedValues'])}.`,
        pointer,
      };
    case 'const':
      return {
        code: 'not-allowed',
        message: `The value should be ${JSON.stringify(parameters['allowedValue'])}, not ${shown}.`,
        pointer,
      };
    case 'pattern':
    case 'format':
      return {
        code: 'malformed',
        message: `${shown} does not have the form that belongs here (${parameters['format'] ?? parameters['pattern']}).`,
        pointer,
      };
    case 'minLength':
      return { code: 'empty', message: 'The text may not be empty.', pointer };
    case 'oneOf':
      return {
        code: 'not-allowed',
        message: `${shown} must have exactly one of the forms that the specification gives.`,
        pointer,
      };
    case 'not':
      return { code: 'not-allowed', message: `${shown} combines fields that exclude each other.`, pointer };
    case 'uniqueItems':
      return {
        code: 'repeated-item',
        message: `The items ${parameters['j']} and ${parameters['i']} of the list are the same.`,
        pointer,
      };
    default:
      return { code: 'invalid', message: `${shown} ${error.message ?? 'does not fit the schema'}.`, pointer };
  }
}

function article(type: unknown): string {
  const name = String(Array.isArray(type) ? type.join(' or ') : type);
  if (name === 'string') return 'a text';
  if (name === 'array') return 'a list';
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function some(values: unknown): string {
  if (!Array.isArray(values) || values.length > 16) return '';
  return ` (${values.join(', ')})`;
}

/** The specification: a bom-ref is unique in the whole document. The schema cannot say it. */
function repeatedRefs(root: object): Fault[] {
  const first = new Map<string, string>();
  const faults: Fault[] = [];
  const queue: (readonly [value: unknown, pointer: string])[] = [[root, '']];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [value, pointer] = next;
    if (typeof value !== 'object' || value === null) continue;
    const ref = isShape(value) ? value['bom-ref'] : undefined;
    if (typeof ref === 'string') {
      const other = first.get(ref);
      if (other === undefined) first.set(ref, pointer);
      else
        faults.push({
          code: 'duplicate-ref',
          message: `The bom-ref ${quoted(ref)} is also that of ${other}.`,
          pointer: `${pointer}/bom-ref`,
        });
    }
    const entries = Object.entries(value);
    for (let i = entries.length - 1; i >= 0; i--) {
      const [key, item] = entries[i] as [string, unknown];
      // Workflows of a formulation restate their workspaces and tasks: the specification's own valid examples repeat refs there.
      if (typeof item === 'object' && key !== 'formulation')
        queue.push([item, `${pointer}${jsonPointer([key])}`]);
    }
  }
  return faults;
}

function withPlaces(text: string, faults: readonly Fault[]): Diagnostic[] {
  const places = jsonPlaces(
    text,
    faults.map(fault => fault.pointer),
  );
  return faults.map(({ code, message, pointer }) => {
    const place = places.get(pointer);
    const at = place === undefined ? pointer : `${placeText(place)}: ${pointer === '' ? '/' : pointer}`;
    return { severity: 'error', code, message, at };
  });
}
