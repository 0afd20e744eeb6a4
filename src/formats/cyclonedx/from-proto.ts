import type { Diagnostic } from '../../model/diagnostic.ts';
import { ONE_OF, REQUIRED } from './proto-rules.ts';
import { type ProtoField, protoEnum, protoMessage } from './proto-schema.ts';
import { isMessage, type RawField, type RawMessage, type RawScalar } from './proto-text.ts';
import { PLACE, quoted, type Shape } from './shape.ts';

/** A BOM out of protobuf: in the shape of CycloneDX JSON, and what of it did not fit the schema. */
export interface ProtoBom {
  readonly shape: Shape;
  readonly faults: readonly Diagnostic[];
}

type Mutable = Record<string, unknown>;

/**
 * Converts a decoded `Bom` message, from the text or the wire format, to the shape of CycloneDX JSON. What does not fit is left out and named; inside what holds nothing
 * that Larder keeps, only where `judged` asks for it.
 */
export function bomFromProto(message: RawMessage, judged = false): ProtoBom {
  const faults: Diagnostic[] = [];
  const shape = new Converter(faults, judged).message(message, 'Bom', 'line 1, column 1', '');
  shape['bomFormat'] = 'CycloneDX';
  return { shape, faults };
}

/** JSON names that are not the camel case of the protobuf name. */
const JSON_NAMES = new Map([
  ['bom_ref', 'bom-ref'],
  ['mime_type', 'mime-type'],
  ['x_trust_boundary', 'x-trust-boundary'],
]);

/** Workflows restate their workspaces and tasks: the specification's own valid examples repeat refs there. */
const RESTATED: ReadonlySet<string> = new Set(['Formula', 'Workflow', 'Task', 'Workspace', 'Trigger']);

class Converter {
  readonly #faults: Diagnostic[];
  readonly #judged: boolean;
  readonly #refs = new Map<string, string>();

  constructor(faults: Diagnostic[], judged: boolean) {
    this.#faults = faults;
    this.#judged = judged;
  }

  message(message: RawMessage, type: string, at: string, pointer: string): Mutable {
    const { byName } = protoMessage(type);
    const object: Mutable = Object.create(null) as Mutable;
    (object as { [PLACE]?: string })[PLACE] = `${at}: ${pointer}`;
    for (const field of message.fields) {
      const declared = byName.get(field.name);
      if (declared === undefined)
        this.#fault('unknown-field', `${quoted(field.name)} is not a field of ${type}.`, field.at);
      else if (!declared.judgedOnly || this.#judged) this.#add(object, declared, field, pointer);
    }
    this.#rules(message, type, at);
    if (this.#judged) this.#judge(message, type, at);
    return reshape(type, object);
  }

  #rules({ fields }: RawMessage, type: string, at: string): void {
    for (const names of REQUIRED[type] ?? []) {
      if (fields.some(field => names.includes(field.name))) continue;
      this.#fault('missing-field', `${names.map(quoted).join(' or ')} is missing in ${type}.`, at);
    }
    for (const names of ONE_OF[type] ?? []) {
      const [first, second] = new Set(fields.map(field => field.name).filter(name => names.includes(name)));
      if (first === undefined || second === undefined) continue;
      this.#fault('not-allowed', `${type} has either ${quoted(first)} or ${quoted(second)}, not both.`, at);
    }
  }

  /** What no schema of protobuf can say: references are unique, and a range of versions is for what is not in the BOM's product itself. */
  #judge({ fields }: RawMessage, type: string, at: string): void {
    const range = fields.find(field => field.name === 'versionRange');
    if (type === 'Component' && range !== undefined && !fields.some(isExternal))
      this.#fault('not-allowed', 'A versionRange is only for a component with isExternal: true.', range.at);
    const ref = fields.find(field => field.name === 'bom_ref');
    if (ref === undefined || isMessage(ref.value) || RESTATED.has(type)) return;
    const other = this.#refs.get(ref.value.token);
    if (other === undefined) this.#refs.set(ref.value.token, at);
    else
      this.#fault(
        'duplicate-ref',
        `The bom_ref ${quoted(ref.value.token)} is also that of ${other}.`,
        ref.at,
      );
  }

  #add(object: Mutable, declared: ProtoField, field: RawField, pointer: string): void {
    const name = jsonName(declared.name);
    const list = object[name];
    const here = declared.repeated
      ? `${pointer}/${name}/${Array.isArray(list) ? list.length : 0}`
      : `${pointer}/${name}`;
    const value = this.#value(declared, field, here);
    if (value === undefined) return;
    if (declared.repeated) {
      if (Array.isArray(list)) list.push(value);
      else object[name] = [value];
    } else if (list === undefined) object[name] = value;
    else this.#fault('repeated-field', `${quoted(declared.name)} is given twice.`, field.at);
  }

  #value(declared: ProtoField, { value, at }: RawField, pointer: string): unknown {
    if (declared.kind === 'message' || declared.kind === 'time') {
      if (!isMessage(value)) return this.#wrong('a message', at);
      return declared.kind === 'time'
        ? this.#time(value, at)
        : this.message(value, declared.type, at, pointer);
    }
    if (isMessage(value)) return this.#wrong(`a ${declared.kind}`, at);
    if (declared.kind === 'text') return value.kind === 'string' ? value.token : this.#wrong('a text', at);
    if (declared.kind === 'enum') return this.#enum(declared.type, value, at);
    if (declared.kind === 'boolean') return this.#boolean(value, at);
    const number = value.kind === 'number' ? Number(value.token.replace(/(?<=[0-9.])f$/i, '')) : Number.NaN;
    const fits = declared.kind === 'integer' ? Number.isSafeInteger(number) : !Number.isNaN(number);
    return fits ? number : this.#wrong(declared.kind === 'integer' ? 'a whole number' : 'a number', at);
  }

  #boolean({ kind, token }: RawScalar, at: string): boolean | undefined {
    if (kind !== 'string' && ['true', 'True', 't', '1'].includes(token)) return true;
    if (kind !== 'string' && ['false', 'False', 'f', '0'].includes(token)) return false;
    return this.#wrong('true or false', at);
  }

  #enum(type: string, { kind, token }: RawScalar, at: string): string | undefined {
    const { byName, byNumber } = protoEnum(type);
    const value =
      kind === 'number' ? byNumber[Number(token)] : kind === 'word' ? byName.get(token) : undefined;
    if (value === undefined) this.#fault('not-allowed', `${quoted(token)} is no value of ${type}.`, at);
    return value ?? undefined;
  }

  #time(message: RawMessage, at: string): string | undefined {
    const number = (name: string) => {
      const value = message.fields.find(field => field.name === name)?.value;
      return value === undefined ? 0 : isMessage(value) ? Number.NaN : Number(value.token);
    };
    const time = new Date(number('seconds') * 1000 + Math.trunc(number('nanos') / 1e6));
    if (Number.isNaN(time.getTime())) return this.#wrong('a time', at);
    return time.toISOString().replace('.000Z', 'Z');
  }

  #wrong(expected: string, at: string): undefined {
    this.#fault('wrong-type', `${expected[0]?.toUpperCase()}${expected.slice(1)} belongs here.`, at);
    return undefined;
  }

  #fault(code: string, message: string, at: string): void {
    if (this.#faults.length < 1_000) this.#faults.push({ severity: 'error', code, message, at });
  }
}

function isExternal({ name, value }: RawField): boolean {
  return name === 'isExternal' && !isMessage(value) && ['true', 'True', 't', '1'].includes(value.token);
}

function jsonName(name: string): string {
  return JSON_NAMES.get(name) ?? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Where the protobuf schema is built differently from JSON. */
function reshape(type: string, object: Mutable): Mutable {
  switch (type) {
    case 'Hash':
    case 'AttachedText':
      object['content'] = object['value'];
      break;
    case 'Dependency': {
      const items = Array.isArray(object['dependencies']) ? (object['dependencies'] as Mutable[]) : [];
      object['dependsOn'] = items.map(item =>
        item['dependencies'] === undefined && item['provides'] === undefined ? item['ref'] : item,
      );
      break;
    }
    case 'LicenseChoice': {
      const detailed = object['expressionDetailed'];
      if (typeof detailed === 'object' && detailed !== null) return { ...(detailed as Mutable) };
      break;
    }
    case 'Datasets':
      return typeof object['dataset'] === 'object' ? (object['dataset'] as Mutable) : object;
    case 'Metadata': {
      // One message serves both shapes of `tools`: a list of tools to 1.4, components and services since.
      const [first] = Array.isArray(object['tools']) ? (object['tools'] as Mutable[]) : [];
      if (first !== undefined && (first['components'] !== undefined || first['services'] !== undefined))
        object['tools'] = first;
      break;
    }
  }
  return object;
}
