import { readFileSync } from 'node:fs';

/**
 * The official schemas, as @cyclonedx/cyclonedx-library (Apache-2.0) carries them. Each is named in full, so that the build sees it and copies it beside
 * the bundle.
 */
const FILES: ReadonlyMap<string, URL> = new Map([
  [
    'bom-1.0.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.0.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.1.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.1.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.2.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.2.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.3.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.3.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.4.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.4.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.5.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.5.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.6.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.6.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.7.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.7.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'spdx.SNAPSHOT.xsd',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/spdx.SNAPSHOT.xsd',
      import.meta.url,
    ),
  ],
  [
    'bom-1.2-strict.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.2-strict.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'bom-1.3-strict.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.3-strict.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'bom-1.4.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.4.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'bom-1.5.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.5.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'bom-1.6.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.6.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'bom-1.7.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.7.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'spdx.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/spdx.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'jsf-0.82.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/jsf-0.82.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
  [
    'cryptography-defs.SNAPSHOT.schema.json',
    new URL(
      '../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/cryptography-defs.SNAPSHOT.schema.json',
      import.meta.url,
    ),
  ],
]);

/** The text of one of the official schemas, read when a document is judged by it. */
export function schemaText(name: string): string {
  const file = FILES.get(name);
  if (file === undefined) throw new TypeError(`no schema ${name}`);
  return readFileSync(file, 'utf8');
}
