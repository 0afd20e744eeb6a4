import { type Random, seeded, zipf } from './random.ts';

/**
 * Makes up BOMs that look like a company's: few packages are everywhere, most are rare (Zipf); a package has stable dependencies, more popular than
 * itself, so that graphs are acyclic and shared; one app has several releases; sizes are log-normal. CycloneDX 1.5 and SPDX 2.3 take turns.
 */
export interface GeneratorOptions {
  readonly count: number;
  readonly seed?: number;
  /** Where in the sequence to begin; the sequence is endless and the same for one seed. */
  readonly first?: number;
  /** Distinct package names. */
  readonly names?: number;
  /** The middle of the sizes, in components. */
  readonly medianComponents?: number;
  readonly largest?: number;
  /** A package that the first `boms` BOMs of the sequence depend on directly and no other has: a known number of hits. */
  readonly planted?: { readonly name: string; readonly boms: number };
}

export interface GeneratedBom {
  readonly name: string;
  readonly text: string;
  readonly components: number;
  readonly dependencies: number;
}

const RELEASES_PER_APP = 5;
const TYPES = ['npm', 'maven', 'pypi', 'golang', 'cargo'] as const;

interface Package {
  readonly type: (typeof TYPES)[number];
  readonly group: string | null;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

interface Plan {
  readonly app: string;
  readonly release: string;
  readonly packages: readonly Package[];
  /** Indices into `packages`; -1 is the app. */
  readonly edges: readonly (readonly [number, number])[];
  readonly created: string;
  readonly id: string;
}

/** BOM after BOM; nothing is kept, so that a hundred thousand need no more memory than one. */
export function* generateBoms(options: GeneratorOptions): Generator<GeneratedBom> {
  const { count, seed = 1, first = 0, names = 60_000, medianComponents = 120, largest = 8000 } = options;
  const draw = zipf(names, 1);
  for (let index = first; index < first + count; index++) {
    const random = seeded(seed * 1_000_003 + index);
    const size = Math.min(largest, Math.max(3, Math.round(medianComponents * Math.exp(normal(random)))));
    const planned = planBom(index, random, draw, names, size);
    const plan =
      index < (options.planted?.boms ?? 0) ? withPlanted(planned, options.planted?.name ?? '') : planned;
    const spdx = index % 2 === 1;
    yield {
      name: `${plan.app}-${plan.release}.${spdx ? 'spdx' : 'cdx'}.json`,
      text: JSON.stringify(spdx ? spdxOf(plan) : cycloneDxOf(plan)),
      components: plan.packages.length + (spdx ? 1 : 0),
      dependencies: plan.edges.length + (spdx ? 1 : 0),
    };
  }
}

function planBom(
  index: number,
  random: Random,
  draw: (random: Random) => number,
  names: number,
  size: number,
): Plan {
  const app = Math.floor(index / RELEASES_PER_APP);
  const release = index % RELEASES_PER_APP;
  const ranks = new Map<number, number>();
  const edges: [number, number][] = [];
  const queue: number[] = [];
  const take = (rank: number): number => {
    const known = ranks.get(rank);
    if (known !== undefined) return known;
    ranks.set(rank, ranks.size);
    queue.push(rank);
    return ranks.size - 1;
  };
  // A tenth is direct; what those need fills the rest.
  for (let direct = Math.max(1, Math.round(size / 10)); direct > 0; direct--)
    edges.push([-1, take(draw(random))]);
  while (ranks.size < size) {
    const rank = queue.shift();
    if (rank === undefined) {
      edges.push([-1, take(Math.floor(random() * names))]);
      continue;
    }
    const from = take(rank);
    for (const dependency of dependenciesOf(rank)) {
      if (ranks.size < size || ranks.has(dependency)) edges.push([from, take(dependency)]);
    }
  }
  const day = new Date(Date.UTC(2022, 0, 1 + Math.floor(app % 900) + release * 30));
  return {
    app: `app-${app}`,
    release: `${1 + release}.0.0`,
    packages: [...ranks.keys()].map(rank => packageOf(rank, random)),
    edges: dedupe(edges),
    created: `${day.toISOString().slice(0, 19)}Z`,
    id: `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`,
  };
}

function withPlanted(plan: Plan, name: string): Plan {
  const planted = {
    type: 'npm',
    group: null,
    name,
    version: '1.0.0',
    purl: `pkg:npm/${name}@1.0.0`,
  } as const;
  return {
    ...plan,
    packages: [...plan.packages, planted],
    edges: [...plan.edges, [-1, plan.packages.length]],
  };
}

/** The stable dependencies of a package: none to six, each more popular than itself. */
function dependenciesOf(rank: number): number[] {
  const random = seeded(rank * 7919 + 17);
  const count = rank === 0 ? 0 : Math.floor(random() * random() * 7);
  return Array.from({ length: count }, () => Math.floor(rank * random() * random()));
}

function packageOf(rank: number, random: Random): Package {
  const stable = seeded(rank * 104_729 + 3);
  const type = TYPES[Math.floor(stable() * TYPES.length)] ?? 'npm';
  const versions = 1 + Math.floor(stable() * 20);
  // Newer versions are more common.
  const version = `${1 + (rank % 4)}.${versions - Math.floor(versions * random() ** 2 * 0.999)}.${rank % 10}`;
  const group = type === 'maven' ? `com.example.g${rank % 500}` : type === 'golang' ? 'example.com/go' : null;
  const name = `package-${rank}`;
  const purl = `pkg:${type}/${group === null ? '' : `${group}/`}${name}@${version}`;
  return { type, group, name, version, purl };
}

function dedupe(edges: readonly [number, number][]): [number, number][] {
  const seen = new Set<number>();
  return edges.filter(([from, to]) => {
    const key = (from + 1) * 100_000 + to;
    return !seen.has(key) && seen.add(key);
  });
}

function cycloneDxOf(plan: Plan): object {
  const refs = plan.packages.map(entry => entry.purl);
  const root = `app:${plan.app}@${plan.release}`;
  const below = Map.groupBy(plan.edges, ([from]) => from);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${plan.id}`,
    version: 1,
    metadata: {
      timestamp: plan.created,
      tools: { components: [{ type: 'application', name: 'bom-generator', version: '1' }] },
      component: { type: 'application', 'bom-ref': root, name: plan.app, version: plan.release },
    },
    components: plan.packages.map((entry, index) => ({
      type: 'library',
      'bom-ref': refs[index],
      ...(entry.group === null ? {} : { group: entry.group }),
      name: entry.name,
      version: entry.version,
      purl: entry.purl,
      licenses: [{ license: { id: licenceOf(entry) } }],
    })),
    dependencies: [...below].map(([from, edges]) => ({
      ref: from < 0 ? root : refs[from],
      dependsOn: edges.map(([, to]) => refs[to]),
    })),
  };
}

function spdxOf(plan: Plan): object {
  const idOf = (index: number) => (index < 0 ? 'SPDXRef-app' : `SPDXRef-${index}`);
  const unknown = {
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: plan.app,
    documentNamespace: `https://sbom.example.com/${plan.app}/${plan.id}`,
    creationInfo: { created: plan.created, creators: ['Tool: bom-generator-1'] },
    packages: [
      {
        SPDXID: idOf(-1),
        name: plan.app,
        versionInfo: plan.release,
        ...unknown,
        licenseDeclared: 'NOASSERTION',
        primaryPackagePurpose: 'APPLICATION',
      },
      ...plan.packages.map((entry, index) => ({
        SPDXID: idOf(index),
        name: entry.name,
        versionInfo: entry.version,
        ...unknown,
        licenseDeclared: licenceOf(entry),
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: entry.purl },
        ],
      })),
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: idOf(-1) },
      ...plan.edges.map(([from, to]) => ({
        spdxElementId: idOf(from),
        relationshipType: 'DEPENDS_ON',
        relatedSpdxElement: idOf(to),
      })),
    ],
  };
}

const LICENCES = ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MPL-2.0', 'EPL-2.0'] as const;

function licenceOf(entry: Package): string {
  return LICENCES[entry.name.length % LICENCES.length] ?? 'MIT';
}

/** A normally distributed number (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
