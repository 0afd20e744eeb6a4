import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { FormatError } from './errors.ts';
import type { DocumentInput, Validation } from './format.ts';
import { duplicateKeys, jsonPlaces, placeText } from './json.ts';

/**
 * The frame of a strict validator of a JSON format: what cannot be parsed has that one fault, a repeated key is one, and each fault gets line and column
 * before its JSON pointer. `judge` adds faults and returns the version of the specification that the document names.
 */
export function judgeJson(
  input: DocumentInput,
  judge: (root: unknown, diagnostics: Diagnostics) => string | null,
): Validation {
  const diagnostics = new Diagnostics();
  try {
    const root = input.json();
    const specVersion = judge(root, diagnostics);
    const repeated = duplicateKeys(input.text());
    const faults = [...repeated, ...located(diagnostics.list(), input.text())];
    return { valid: repeated.length === 0 && !diagnostics.hasErrors, specVersion, faults };
  } catch (thrown) {
    return unparsed(thrown);
  }
}

/** The judgement of a document that cannot be parsed: it has that one fault. Throws again what is no fault of the document. */
export function unparsed(thrown: unknown): Validation {
  if (!(thrown instanceof FormatError)) throw thrown;
  const { code, message, at } = thrown;
  return { valid: false, specVersion: null, faults: [{ severity: 'error', code, message, at }] };
}

/** Puts line and column before JSON pointers, in one pass over the text. */
export function located(faults: readonly Diagnostic[], text: string): Diagnostic[] {
  const places = jsonPlaces(
    text,
    faults.flatMap(fault => fault.at ?? []),
  );
  return faults.map(fault => {
    const place = fault.at === null ? undefined : places.get(fault.at);
    if (place === undefined) return fault;
    return { ...fault, at: fault.at === '' ? placeText(place) : `${placeText(place)}: ${fault.at}` };
  });
}
