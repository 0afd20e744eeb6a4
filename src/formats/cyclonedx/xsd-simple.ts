import { quoted } from './shape.ts';
import type { SimpleType } from './xsd-schema.ts';

/** Longer values are not matched against a pattern: none that fits is near it, and hostile ones cost time. */
const MAX_PATTERN_INPUT = 8_192;

/** Lexical forms of the built-in types the CycloneDX schemas use; others are any text. XML Schema part 2, §3. */
const FORMS = new Map<string, readonly [form: RegExp, what: string]>([
  ['boolean', [/^(?:true|false|0|1)$/, 'true or false']],
  ['integer', [/^[+-]?[0-9]+$/, 'a whole number']],
  ['nonNegativeInteger', [/^(?:\+?[0-9]+|-0+)$/, 'a whole number from 0']],
  ['positiveInteger', [/^\+?0*[1-9][0-9]*$/, 'a whole number from 1']],
  ['decimal', [/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/, 'a decimal number']],
  ['date', [/^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?$/, 'a date']],
  [
    'dateTime',
    [
      /^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?$/,
      'a date and time',
    ],
  ],
]);

/** Why a text is not of a simple type, as a sentence; null when it is. */
export function simpleFault(type: SimpleType, raw: string): string | null {
  if (type.members.length > 0) {
    const reasons = type.members.map(member => simpleFault(member, raw));
    return reasons.includes(null) ? null : (reasons[0] ?? null);
  }
  const value = normalize(type.builtin, raw);
  const form = FORMS.get(type.builtin);
  if (form !== undefined && !(form[0].test(value) && isRealDate(type.builtin, value)))
    return `${quoted(value)} is not ${form[1]}.`;
  return facetFault(type, value);
}

function facetFault(type: SimpleType, value: string): string | null {
  if (type.enumeration !== null && !type.enumeration.has(value)) {
    const allowed = type.enumeration.size <= 16 ? ` (${[...type.enumeration].join(', ')})` : '';
    return `${quoted(value)} is not one of the allowed values${allowed}.`;
  }
  if (
    type.patterns.length > 0 &&
    (value.length > MAX_PATTERN_INPUT || !type.patterns.every(pattern => pattern.test(value)))
  ) {
    return `${quoted(value)} does not have the form that belongs here (${type.patterns[0]?.source}).`;
  }
  if (type.minLength !== null && value.length < type.minLength)
    return `${quoted(value)} is shorter than ${type.minLength}.`;
  if (type.maxLength !== null && value.length > type.maxLength)
    return `${quoted(value)} is longer than ${type.maxLength}.`;
  if (type.minimum !== null && Number(value) < type.minimum) return `${value} is less than ${type.minimum}.`;
  if (type.maximum !== null && Number(value) > type.maximum) return `${value} is more than ${type.maximum}.`;
  return null;
}

function normalize(builtin: string, raw: string): string {
  if (builtin === 'string' || builtin === 'anySimpleType') return raw;
  if (builtin === 'normalizedString') return raw.replaceAll(/[\t\n\r]/g, ' ');
  return raw.replaceAll(/[ \t\n\r]+/g, ' ').trim();
}

/** A date that the calendar has: `2020-02-31` does not. */
function isRealDate(builtin: string, value: string): boolean {
  if (builtin !== 'date' && builtin !== 'dateTime') return true;
  const parts = /^-?(\d+)-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d))?/.exec(value);
  if (parts === null) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || minute > 59 || second > 59) return false;
  if (hour > 24 || (hour === 24 && (minute > 0 || second > 0))) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
