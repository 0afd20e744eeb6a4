import zlib from 'node:zlib';
import { storedZip } from '../../src/io/testing.ts';

/** One hostile or odd file: what it is, and what `larder add` must make of it. */
export interface HostileCase {
  readonly file: string;
  readonly bytes: Uint8Array | string;
  readonly status: 'accepted' | 'partial' | 'rejected';
  /** What one of its notes must say; null when it is to be read without a note. */
  readonly says: RegExp | null;
}

export const ESCAPE = '\u001b]0;owned\u0007\u001b[2J\u009b31m';
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];

/** Every case, generated: none is over a few MB, and their names are what they hold. */
export function hostileCases(): HostileCase[] {
  return [...encodings(), ...depths(), ...bombs(), ...references(), ...keys(), ...numbers(), ...sizes()];
}

/** A small sound CycloneDX document of one component, with what else is given. */
export function bom(name: string, rest: object = {}): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', name, version: '1' } },
    components: [{ type: 'library', name: 'part', version: '1', purl: 'pkg:npm/part@1' }],
    ...rest,
  });
}

function encodings(): HostileCase[] {
  const text = bom('zażółć');
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  const utf32 = Buffer.alloc(text.length * 4);
  for (let at = 0; at < text.length; at++) utf32.writeUInt32LE(text.charCodeAt(at), at * 4);
  const sound = { status: 'accepted', says: null } as const;
  const rejected = (says: RegExp) => ({ status: 'rejected', says }) as const;
  return [
    { file: 'empty.json', bytes: '', ...rejected(/empty/) },
    { file: 'only-blanks.json', bytes: ' \n\t ', status: 'rejected', says: /no kind/ },
    { file: 'truncated.json', bytes: text.slice(0, -40), ...rejected(/cut off/) },
    {
      file: 'truncated.xml',
      bytes: xml('<components><component').slice(0, -10),
      ...rejected(/line \d+|byte/),
    },
    {
      file: 'truncated-in-a-character.json',
      bytes: Buffer.from(text).subarray(0, Buffer.from(text).indexOf('ż') + 1),
      ...rejected(/./),
    },
    {
      file: 'binary.json',
      bytes: Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167) % 256)),
      ...rejected(/binary|no known|not/),
    },
    { file: 'nul-bytes.json', bytes: Buffer.alloc(4096), ...rejected(/./) },
    {
      file: 'nul-inside.json',
      bytes: text.replace('part', 'pa\0rt'),
      status: 'rejected',
      says: /line 1, column \d+\): expected a closing/,
    },
    { file: 'utf16le-mark.json', bytes: utf16, ...sound },
    { file: 'utf16be-mark.json', bytes: Buffer.from(utf16).swap16(), ...sound },
    { file: 'utf16le.json', bytes: utf16.subarray(2), ...sound },
    { file: 'utf16be.json', bytes: Buffer.from(utf16.subarray(2)).swap16(), ...sound },
    { file: 'utf8-mark.json', bytes: `\ufeff${text}`, ...sound },
    {
      file: 'latin1.json',
      bytes: Buffer.from(bom('Müller'), 'latin1'),
      status: 'accepted',
      says: /Byte \d+ is no UTF-8; the text was read as Latin-1/,
    },
    { file: 'utf32le.json', bytes: utf32, status: 'rejected', says: /UTF-32LE; convert it to UTF-8/ },
    {
      file: 'lone-surrogate.json',
      bytes: text.replace('part', 'pa\\ud800rt'),
      status: 'accepted',
      says: /surrogate/,
    },
    { file: 'two-documents.json', bytes: text + text, ...rejected(/after|end/) },
    { file: 'carriage-returns.spdx', bytes: tagValue('cr').replaceAll('\n', '\r'), ...sound },
    { file: 'html.json', bytes: '<!doctype html><html><body>503</body></html>', ...rejected(/./) },
  ];
}

function depths(): HostileCase[] {
  const half = 500_000;
  const rejected = (says: RegExp) => ({ status: 'rejected', says }) as const;
  return [
    {
      file: 'deep-arrays.json',
      bytes: '['.repeat(half) + ']'.repeat(half),
      status: 'rejected',
      says: /no kind/,
    },
    {
      file: 'deep-objects.json',
      bytes: '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000),
      status: 'rejected',
      says: /no kind/,
    },
    { file: 'deep-open.json', bytes: '['.repeat(2 * half), status: 'rejected', says: /no kind/ },
    {
      file: 'deep-in-bom.json',
      bytes: bom('deep').replace('"1.6"', `"1.6","x":${'['.repeat(half)}${']'.repeat(half)}`),
      ...rejected(/deep|nest/),
    },
    { file: 'deep-components.json', bytes: nested(20_000), ...rejected(/deep|nest/) },
    {
      file: 'deep.xml',
      bytes: xml('<a>'.repeat(150_000) + '</a>'.repeat(150_000)),
      ...rejected(/deep|nest/),
    },
    {
      file: 'deep-components.xml',
      bytes: xml('<components><component type="library"><name>x</name>'.repeat(8000)),
      ...rejected(/deep|nest|cut off/),
    },
    {
      file: 'deep-flow.yaml',
      bytes: `spdxVersion: SPDX-2.3\nx: ${'['.repeat(half)}${']'.repeat(half)}\n`,
      ...rejected(/deep|nest/),
    },
    {
      file: 'deep-block.yaml',
      bytes: `spdxVersion: SPDX-2.3\nx:\n${Array.from({ length: 1200 }, (_, at) => `${' '.repeat(at + 1)}a:\n`).join('')}`,
      ...rejected(/deep|nest/),
    },
    {
      file: 'deep-sequence.yaml',
      bytes: `spdxVersion: SPDX-2.3\nx:\n${'- '.repeat(half)}1\n`,
      ...rejected(/deep|nest/),
    },
  ];
}

function bombs(): HostileCase[] {
  const entities = Array.from({ length: 12 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`);
  const laughs = `<!DOCTYPE bom [<!ENTITY l0 "lol">${entities.join('')}]>`;
  const aliases = Array.from(
    { length: 12 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join(', ')}]`,
  );
  const zeros = Buffer.alloc(100 * 1024 * 1024);
  const rejected = (says: RegExp) => ({ status: 'rejected', says }) as const;
  const zip = storedZip({
    '../../../etc/cron.d/x': '{}',
    '/etc/passwd': '{}',
    'a\\..\\..\\x': '{}',
    'good.json': bom('in-zip'),
  });
  return [
    {
      file: 'billion-laughs.xml',
      bytes: xml('<components>&l12;</components>', laughs),
      ...rejected(/DOCTYPE|DTD|entit/),
    },
    {
      file: 'external-entity.xml',
      bytes: xml('<components>&x;</components>', '<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      ...rejected(/DOCTYPE|DTD|entit/),
    },
    {
      file: 'external-dtd.xml',
      bytes: xml('', '<!DOCTYPE bom SYSTEM "https://attacker.example.com/x.dtd">'),
      ...rejected(/DOCTYPE|DTD|entit/),
    },
    {
      file: 'alias-bomb.yaml',
      bytes: `spdxVersion: SPDX-2.3\nl0: &l0 lol\n${aliases.join('\n')}\n`,
      ...rejected(/alias/),
    },
    { file: 'bomb.json.gz', bytes: zlib.gzipSync(zeros), ...rejected(/bomb/) },
    { file: 'bomb.json.zst', bytes: zlib.zstdCompressSync(zeros), ...rejected(/bomb/) },
    { file: 'bomb.json.bz2', bytes: Buffer.from(BZIP2_BOMB, 'base64'), ...rejected(/bomb/) },
    { file: 'bomb.json.xz', bytes: zlib.gunzipSync(Buffer.from(XZ_BOMB, 'base64')), ...rejected(/bomb/) },
    { file: 'bomb.zip', bytes: deflatedZip('bomb.json', zeros), ...rejected(/bomb/) },
    { file: 'quine.gz', bytes: layers(12), status: 'rejected', says: /4 deep/ },
    { file: 'climbing.zip', bytes: zip, status: 'partial', says: /leaves the archive/ },
  ];
}

function references(): HostileCase[] {
  const library = (ref: string, name = ref) => ({ type: 'library', 'bom-ref': ref, name, version: '1' });
  return [
    {
      file: 'cycle.json',
      bytes: bom('cycle', {
        components: ['a', 'b', 'c'].map(ref => library(ref)),
        dependencies: [
          { ref: 'a', dependsOn: ['b'] },
          { ref: 'b', dependsOn: ['c'] },
          { ref: 'c', dependsOn: ['a'] },
        ],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'self.json',
      bytes: bom('self', { components: [library('a')], dependencies: [{ ref: 'a', dependsOn: ['a'] }] }),
      status: 'accepted',
      says: /itself/,
    },
    {
      file: 'duplicate-refs.json',
      bytes: bom('twice', {
        components: [library('a', 'one'), library('a', 'two')],
        dependencies: [{ ref: 'a', dependsOn: [] }],
      }),
      status: 'accepted',
      says: /"a" is also that of/,
    },
    {
      file: 'dangling.json',
      bytes: bom('dangling', {
        components: [library('a')],
        dependencies: [{ ref: 'a', dependsOn: ['nobody'] }],
      }),
      status: 'accepted',
      says: /nobody/,
    },
    {
      file: 'duplicate-ids.spdx',
      bytes: tagValue('ids') + tagValue('ids').slice(tagValue('ids').indexOf('PackageName')),
      status: 'accepted',
      says: /SPDXRef-part/,
    },
    {
      file: 'dangling.spdx',
      bytes: `${tagValue('dangling')}Relationship: SPDXRef-part DEPENDS_ON SPDXRef-nobody\n`,
      status: 'accepted',
      says: /SPDXRef-nobody/,
    },
    {
      file: 'nested-in-itself.json',
      bytes: bom('assembly', {
        components: [library('a')],
        compositions: [{ aggregate: 'complete', assemblies: ['a', 'a'], dependencies: ['a'] }],
      }),
      status: 'accepted',
      says: null,
    },
  ];
}

function keys(): HostileCase[] {
  const parts = PROTOTYPE_KEYS.map(key => ({
    type: 'library',
    'bom-ref': key,
    name: key,
    version: key,
    purl: `pkg:npm/${key}@1?${key.toLowerCase()}=x`,
    properties: [{ name: key, value: key }],
  }));
  const dependencies = PROTOTYPE_KEYS.map((key, at) => ({
    ref: key,
    dependsOn: [PROTOTYPE_KEYS[(at + 1) % PROTOTYPE_KEYS.length]],
  }));
  const plain = bom('keys', { components: parts, dependencies });
  return [
    {
      file: 'prototype-keys.json',
      bytes: plain.replace(
        '"bomFormat"',
        '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"bomFormat"',
      ),
      status: 'accepted',
      says: null,
    },
    { file: 'prototype-names.json', bytes: plain, status: 'accepted', says: null },
    {
      file: 'prototype-ids.spdx',
      bytes: `${tagValue('keys')}PackageName: __proto__\nSPDXID: SPDXRef-__proto__\nPackageVersion: 1\nPackageDownloadLocation: NOASSERTION\n__proto__: x\n`,
      status: 'partial',
      says: /__proto__/,
    },
    {
      file: 'prototype.yaml',
      bytes:
        'spdxVersion: SPDX-2.3\n__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\nSPDXID: SPDXRef-DOCUMENT\nname: y\ndocumentNamespace: https://example.com/y\npackages: []\n',
      status: 'accepted',
      says: null,
    },
    {
      file: 'escapes.json',
      bytes: bom(`esc${ESCAPE}`, {
        components: [
          {
            type: 'library',
            name: `n${ESCAPE}`,
            version: `1${ESCAPE}`,
            licenses: [{ license: { name: `l${ESCAPE}` } }],
            supplier: { name: `s${ESCAPE}`, contact: [{ email: `m${ESCAPE}@example.com` }] },
          },
        ],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'formulas.json',
      bytes: bom('=cmd()', {
        components: [
          { type: 'library', name: '=HYPERLINK("https://example.com")', version: '+1' },
          { type: 'library', name: '@SUM(A1)', version: '-2' },
        ],
      }),
      status: 'accepted',
      says: null,
    },
    { file: `name${'\u001b[31m'}.json`, bytes: '{', status: 'rejected', says: /no kind/ },
  ];
}

function numbers(): HostileCase[] {
  const wrong = (field: string) => ({ status: 'partial', says: new RegExp(field) }) as const;
  const versioned = (value: string) => bom('n').replace('"1.6"', `"1.6","version":${value}`);
  return [
    { file: 'infinite-version.json', bytes: versioned('1e999'), ...wrong('version') },
    { file: 'negative-version.json', bytes: versioned('-1'), ...wrong('version') },
    { file: 'huge-version.json', bytes: versioned('9007199254740993'), ...wrong('version') },
    { file: 'object-version.json', bytes: versioned('{"a":1}'), ...wrong('version') },
    {
      file: 'wrong-types.json',
      bytes: bom('types', {
        components: [
          null,
          7,
          [],
          'x',
          { type: 3, name: {}, version: [], purl: 9, hashes: 'no', licenses: 5, components: 'x' },
        ],
        dependencies: { a: 1 },
      }),
      ...wrong('components'),
    },
    {
      file: 'components-as-object.json',
      bytes: bom('object', { components: { length: 4294967295 } }),
      status: 'accepted',
      says: /components/,
    },
    {
      file: 'year-300000.json',
      bytes: bom('time', {
        metadata: { timestamp: '300000-01-01T00:00:00Z', component: { type: 'application', name: 't' } },
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'huge-number.yaml',
      bytes: 'spdxVersion: 1e999\nSPDXID: SPDXRef-DOCUMENT\n',
      status: 'accepted',
      says: /1e999/,
    },
  ];
}

function sizes(): HostileCase[] {
  const million = 'n'.repeat(1_000_000);
  const sound = { status: 'accepted', says: null } as const;
  return [
    {
      file: 'name-of-a-megabyte.json',
      bytes: bom('long', {
        components: [{ type: 'library', name: million, version: million, purl: `pkg:npm/${million}@1` }],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'name-of-a-megabyte.spdx',
      bytes: tagValue('long').replace('PackageName: part', `PackageName: ${million}`),
      status: 'accepted',
      says: null,
    },
    {
      file: 'unclosed-text.spdx',
      bytes: `${tagValue('text')}PackageComment: <text>${'<text'.repeat(200_000)}`,
      status: 'partial',
      says: /never closed/,
    },
    {
      file: 'tiny-components.json',
      bytes: bom('many', {
        components: Array.from({ length: 100_000 }, (_, at) => ({ type: 'library', name: `c${at}` })),
      }),
      ...sound,
    },
    {
      file: 'million-element-array.json',
      bytes: bom('array', { components: Array(1_000_000).fill(0) }),
      status: 'partial',
      says: /should be an object/,
    },
    {
      file: 'million-dependencies.json',
      bytes: bom('edges', { dependencies: [{ ref: 'x', dependsOn: Array(300_000).fill('y') }] }),
      status: 'accepted',
      says: /further diagnostics/,
    },
    {
      file: 'licence-nest.json',
      bytes: bom('licence', {
        components: [
          {
            type: 'library',
            name: 'l',
            licenses: [{ expression: `${'('.repeat(100_000)}MIT${')'.repeat(100_000)}` }],
          },
        ],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'licence-chain.json',
      bytes: bom('licence', {
        components: [
          { type: 'library', name: 'l', licenses: [{ expression: Array(100_000).fill('MIT').join(' OR ') }] },
        ],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'purl-of-percents.json',
      bytes: bom('purl', {
        components: [{ type: 'library', name: 'l', purl: `pkg:npm/${'%2F'.repeat(300_000)}` }],
      }),
      status: 'accepted',
      says: null,
    },
    {
      file: 'cpe-of-escapes.json',
      bytes: bom('cpe', {
        components: [{ type: 'library', name: 'l', cpe: `cpe:2.3:a:${'\\*'.repeat(400_000)}` }],
      }),
      status: 'accepted',
      says: null,
    },
    { file: 'blank-lines.spdx', bytes: '\n'.repeat(1_000_000), status: 'rejected', says: /./ },
    {
      file: 'colons.spdx',
      bytes: `SPDXVersion: SPDX-2.3\n${':'.repeat(1_000_000)}`,
      status: 'partial',
      says: /Tag: value/,
    },
  ];
}

function nested(depth: number): string {
  const open = '{"type":"library","name":"x","components":[';
  return `${bom('nested').slice(0, -1)},"components":[${open.repeat(depth)}${']}'.repeat(depth)}]}`;
}

function xml(body: string, doctype = ''): string {
  return `<?xml version="1.0"?>${doctype}<bom xmlns="http://cyclonedx.org/schema/bom/1.6">${body}</bom>`;
}

export function tagValue(name: string): string {
  return [
    'SPDXVersion: SPDX-2.3',
    'DataLicense: CC0-1.0',
    'SPDXID: SPDXRef-DOCUMENT',
    `DocumentName: ${name}`,
    `DocumentNamespace: https://example.com/${name}`,
    'Creator: Tool: hand',
    'Created: 2025-01-01T00:00:00Z',
    '',
    'PackageName: part',
    'SPDXID: SPDXRef-part',
    'PackageVersion: 1',
    'PackageDownloadLocation: NOASSERTION',
    'Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-part',
    '',
  ].join('\n');
}

/** A zip with one deflated member that grows beyond every ratio. */
function deflatedZip(name: string, content: Uint8Array): Buffer {
  const data = zlib.deflateRawSync(content);
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(zlib.crc32(content), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), header, Buffer.from(name), data]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00'),
    header,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}

function layers(count: number): Buffer {
  let bytes: Buffer = Buffer.from(bom('deep'));
  for (let layer = 0; layer < count; layer++) bytes = zlib.gzipSync(bytes);
  return bytes;
}

/** 100 MiB of zeros in bzip2, for which Node has no encoder. */
const BZIP2_BOMB =
  'QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1mKltepAGQGRADAABAAAAggADDMBSmmKARbEoBF4u5IpwoSFdRTLWA=';

/** 100 MiB of zeros in xz, and that in gzip to be short. */
const XZ_BOMB = [
  'H4sIAAAAAAACA+3Q3UtTcQDG8d+RmUWzbURgkVZYbSlM10VRpsKIaYwFekJ3dLECM4zZtHSLED0VjjGKudJYXeTFKFHny0SdRMmi',
  'rYhlJVGtIMulgwNLoijPmOOEf0LQTfQ8t8/FFz6p/Rf1NYSIYm/HNWlkB7WVECJ9qX8uCDLKdJwQc0oQPH6hrKR807kDJyumriti',
  'HltGYmkh5/LrgtDBQ5TW1/7M4dAVeDLfd9z7cjVXRn9mskKtjqiVn+zuEJ8JzLUcqYtyBnpMFFk+LB40ZjZquMXHFrv/ZrV3Ujff',
  'kG1Oau1SkzpsLzUQ56ujI7sV3c3bip0755vu9OUa44pw52yP29Ge5/oub13eHFjj1rlTkZE3XZLgLpr/6dqnSr87umR+1KQrE8+6',
  'ZANDJ7Lvv/DJswyMjauv1E9zFi+zsFibvjbx9MPQSrIyv2Ump3a7OvGRLub31K0rYsN5pk8TRd+CD5XGAUmJtl7dtXGDIL3BN19g',
  '+PUzQo9CI+lfaZtL3i5UVgWcnT+uXAqc+svpB+XymL5XkFL5JH6e7ktND7eptvT6r6nO/j8Gf5aukJSOAQxgAAMYwAAGMIABDGAA',
  'AxjAAAYwgAEMYAADGMAABjCAAQxgAAMYwAAGMIABDGAAAxjAAAYwgAEMYAADGMAABjCAAQxgAAMYwAAGMID962Cs0ksySLzxydcQ',
  'WV3E+u4WF7XJCPXLyrLsXovl2LgveDqZtnqKmJrflrmV8xw8AAA=',
].join('');
