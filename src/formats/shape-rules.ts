import { isObject, type JsonObject } from './fields.ts';

/**
 * A small language for the shape of a JSON document: types, required fields, words, forms, counts. Each format's strict validator states its specification
 * in it, and one judge reads them all, so that the same fault has the same code and sentence everywhere.
 */
export type Rule =
  | { readonly kind: 'text'; readonly words?: readonly string[]; readonly form?: Form; readonly min: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: Rule; readonly min: number; readonly unique: boolean }
  | ObjectRule
  /** Rules that depend on the value, or that name themselves. */
  | { readonly kind: 'chosen'; readonly choose: (value: unknown) => Rule };

export interface ObjectRule {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Rule>;
  readonly required: readonly string[];
  /** How many fields it must and may have. */
  readonly min: number;
  readonly max: number;
  /** The rule of fields that have no name of their own; null: such fields are reported as unknown. */
  readonly others: Rule | null;
}

/** What a text must look like; `name` completes the sentence "... is not ...". */
export interface Form {
  readonly name: string;
  readonly test: (text: string) => boolean;
}

export interface ShapeFault {
  readonly code:
    | 'wrong-type'
    | 'missing-field'
    | 'unknown-field'
    | 'not-allowed'
    | 'malformed'
    | 'too-few'
    | 'too-many'
    | 'duplicate-item';
  readonly message: string;
  readonly at: string;
}

export function text(form?: Form): Rule {
  return form === undefined ? { kind: 'text', min: 1 } : { kind: 'text', min: 0, form };
}

/** A text that may be empty. */
export const ANY_TEXT: Rule = { kind: 'text', min: 0 };

export function words(...list: readonly string[]): Rule {
  return { kind: 'text', words: list, min: 0 };
}

export function list(of: Rule, options: { readonly min?: number; readonly unique?: boolean } = {}): Rule {
  return { kind: 'list', of, min: options.min ?? 1, unique: options.unique ?? false };
}

/** An object; a name with `!` at its end is required. */
export function object(
  fields: { readonly [name: string]: Rule },
  options: { readonly min?: number; readonly max?: number; readonly others?: Rule } = {},
): ObjectRule {
  const entries = Object.entries(fields);
  return {
    kind: 'object',
    fields: new Map(entries.map(([name, rule]) => [name.replace(/!$/, ''), rule])),
    required: entries.flatMap(([name]) => (name.endsWith('!') ? [name.slice(0, -1)] : [])),
    min: options.min ?? 0,
    max: options.max ?? Number.POSITIVE_INFINITY,
    others: options.others ?? null,
  };
}

export function form(name: string, pattern: RegExp): Form {
  return { name, test: text => pattern.test(text) };
}

/** RFC 3339, section 5.6, with a calendar's days. */
export const DATE_TIME: Form = { name: 'a date and time with a zone (RFC 3339)', test: isDateTime };
/** RFC 3986: a scheme, and after it only characters a URI may hold. */
export const URI: Form = form(
  'an absolute URI (RFC 3986)',
  /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i,
);

/** Judges a value and all below it. Deep nesting is bounded by the JSON parser. */
export function checkShape(
  value: unknown,
  rule: Rule,
  at: string,
  report: (fault: ShapeFault) => void,
): void {
  switch (rule.kind) {
    case 'chosen':
      checkShape(value, rule.choose(value), at, report);
      return;
    case 'text':
      checkText(value, rule, at, report);
      return;
    case 'number':
      checkNumber(value, rule, at, report);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') report(wrongType('true or false', value, at));
      return;
    case 'list':
      if (Array.isArray(value)) checkList(value, rule, at, report);
      else report(wrongType('a list', value, at));
      return;
    case 'object':
      if (isObject(value)) checkObject(value, rule, at, report);
      else report(wrongType('an object', value, at));
      return;
    case 'any':
      return;
  }
}

/** One step of a JSON pointer (RFC 6901). */
export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

type Kind<K extends Rule['kind']> = Extract<Rule, { readonly kind: K }>;
type Report = (fault: ShapeFault) => void;

function checkText(value: unknown, rule: Kind<'text'>, at: string, report: Report): void {
  if (typeof value !== 'string') {
    report(wrongType('a text', value, at));
  } else if (rule.words !== undefined && !rule.words.includes(value)) {
    const allowed = rule.words.map(word => JSON.stringify(word)).join(', ');
    report({ code: 'not-allowed', message: `${shown(value)} is none of ${allowed}.`, at });
  } else if (value.length < rule.min) {
    report({ code: 'malformed', message: 'The text is empty.', at });
  } else if (rule.form !== undefined && !rule.form.test(value)) {
    report({ code: 'malformed', message: `${shown(value)} is not ${rule.form.name}.`, at });
  }
}

function checkNumber(value: unknown, rule: Kind<'number'>, at: string, report: Report): void {
  if (typeof value !== 'number' || (rule.whole && !Number.isInteger(value)))
    report(wrongType(rule.whole ? 'a whole number' : 'a number', value, at));
  else if (value < rule.min || value > rule.max)
    report({ code: 'not-allowed', message: `${value} is not between ${rule.min} and ${rule.max}.`, at });
}

function checkList(value: readonly unknown[], rule: Kind<'list'>, at: string, report: Report): void {
  if (value.length < rule.min) {
    const message = `The list has ${value.length} items; at least ${rule.min} ${rule.min === 1 ? 'is' : 'are'} required.`;
    report({ code: 'too-few', message, at });
  }
  const seen = new Map<string, number>();
  for (const [index, item] of value.entries()) {
    checkShape(item, rule.of, `${at}/${index}`, report);
    if (!rule.unique) continue;
    const key = canonical(item);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else {
      const message = `The item says the same as item ${first} of its list, whose items must differ.`;
      report({ code: 'duplicate-item', message, at: `${at}/${index}` });
    }
  }
}

function checkObject(value: JsonObject, rule: ObjectRule, at: string, report: Report): void {
  for (const name of rule.required) {
    if (!Object.hasOwn(value, name))
      report({ code: 'missing-field', message: `The field ${JSON.stringify(name)} is missing here.`, at });
  }
  const names = Object.keys(value);
  if (names.length < rule.min)
    report({
      code: 'too-few',
      message: `The object has ${names.length} of at least ${rule.min} fields.`,
      at,
    });
  if (names.length > rule.max)
    report({
      code: 'too-many',
      message: `The object has ${names.length} of at most ${rule.max} fields.`,
      at,
    });
  for (const name of names) {
    const below = `${at}/${pointerStep(name)}`;
    const own = rule.fields.get(name) ?? rule.others;
    if (own !== null) checkShape(value[name], own, below, report);
    else
      report({
        code: 'unknown-field',
        message: `The specification knows no field ${shown(name)} here.`,
        at: below,
      });
  }
}

function wrongType(expected: string, value: unknown, at: string): ShapeFault {
  const found =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object'
          ? 'an object'
          : `the ${typeof value} ${shown(value)}`;
  return { code: 'wrong-type', message: `Expected ${expected} here, found ${found}.`, at };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/** Equal values give equal texts, whatever the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)) : item,
  );
}

function isDateTime(text: string): boolean {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](\d{2}):?(\d{2}))$/.exec(text);
  if (match === null) return false;
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zh = 0, zm = 0] =
    match.map(Number);
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const inDay = hour < 24 && minute < 60 && second <= 60 && (zh || 0) < 24 && (zm || 0) < 60;
  return month >= 1 && month <= 12 && day >= 1 && day <= last && inDay;
}
