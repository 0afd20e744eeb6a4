import { RegistryError } from './errors.ts';
import type { Fetch } from './registry.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The text at a URL. @throws RegistryError `not-found` when there is none. */
export async function fetchText(fetch: Fetch, url: string, name: string, accept?: string): Promise<string> {
  const bytes = await fetch(url, accept);
  if (bytes === null)
    throw new RegistryError(
      'not-found',
      `The registry has no ${name}; check the name and which registry is configured.`,
    );
  return new TextDecoder().decode(bytes);
}

/** The JSON object at a URL. @throws RegistryError `not-found`, `not-understood`. */
export async function fetchObject(
  fetch: Fetch,
  url: string,
  name: string,
  accept?: string,
): Promise<JsonObject> {
  const found = parseObject(await fetchText(fetch, url, name, accept));
  if (found === null)
    throw new RegistryError(
      'not-understood',
      `The registry's answer about ${name} is no JSON object; check that the configured address is a registry.`,
    );
  return found;
}

export function parseObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The entries of an object whose values are text. */
export function textEntries(value: unknown): [string, string][] {
  return Object.entries(asObject(value) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}
