import { formatOf } from '../formats/detect.ts';
import type { Validation } from '../formats/format.ts';
import { documentInput, headOf } from '../formats/input.ts';
import { unparsed } from '../formats/strict.ts';
import { isContainer, openContainer } from '../io/container.ts';

/** How one document stands against its specification. */
export interface Judged {
  readonly name: string;
  /** The format's title; null when nothing recognises it. */
  readonly format: string | null;
  readonly specVersion: string | null;
  /** Null: it could not be judged, and the only fault says why. */
  readonly valid: boolean | null;
  readonly faults: Validation['faults'];
}

/** Judges a given file strictly, or each document in it when it is compressed or an archive. */
export async function* validateFile(bytes: Uint8Array, name: string): AsyncGenerator<Judged> {
  if (!isContainer(bytes)) {
    yield await validateDocument(bytes, name);
    return;
  }
  for await (const content of openContainer(bytes, name)) {
    const path = `${name}!/${content.path}`;
    if (content.problem !== null) yield unjudged(path, null, content.problem.code, content.problem.message);
    else yield await validateDocument(content.bytes, path);
  }
}

async function validateDocument(bytes: Uint8Array, name: string): Promise<Judged> {
  const input = documentInput(bytes, name);
  const format = await formatOf(input, headOf(input));
  if (format === null) {
    return unjudged(
      name,
      null,
      'unknown-format',
      'It is of no format that Larder knows, so there is no specification to judge it by.',
    );
  }
  if (format.validate === null) {
    return unjudged(
      name,
      format.title,
      'no-rules',
      `Larder reads ${format.title} but does not judge it yet.`,
    );
  }
  try {
    const { valid, specVersion, faults } = await format.validate(input);
    return { name, format: format.title, specVersion, valid, faults };
  } catch (thrown) {
    // Bytes that are not even text or JSON are invalid, and the parser says where.
    return { name, format: format.title, ...unparsed(thrown) };
  }
}

function unjudged(name: string, format: string | null, code: string, message: string): Judged {
  return {
    name,
    format,
    specVersion: null,
    valid: null,
    faults: [{ severity: 'error', code, message, at: null }],
  };
}
