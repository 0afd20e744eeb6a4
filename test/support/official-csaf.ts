import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const SCHEMAS = 'data/vex-csaf/schemas/csaf_2.0';

/** The official schema of CSAF 2.0, from the corpus: gives the first fault of a document, or null. */
export async function officialCsaf(): Promise<(value: unknown) => string | null> {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  for (const version of ['v2.0', 'v3.0', 'v3.1']) {
    const { $schema: _, $id: __, id: ___, ...schema } = read(`referenced_schema/first/cvss-${version}.json`);
    ajv.addSchema(schema, `https://www.first.org/cvss/cvss-${version}.json`);
  }
  const validate = ajv.compile(read('json_schema/csaf_json_schema.json'));
  return value =>
    validate(value) ? null : `${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`;
}

function read(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${SCHEMAS}/${path}`, 'utf8')) as Record<string, unknown>;
}
