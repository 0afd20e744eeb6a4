import { idOf } from '../../advisories/decision.ts';
import { writeNotes } from '../../advisories/notes.ts';
import type {
  Finding as DocumentFinding,
  FindingDocument,
  FindingProduct,
  FindingThing,
} from '../../formats/finding-document.ts';
import type { Component } from '../../model/facts.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import { componentsOf } from '../details.ts';
import { GraphError } from '../errors.ts';
import { productNames } from './choose.ts';
import type { Finding } from './findings.ts';

/** Who writes a document of findings, when and with what. */
export interface Issue {
  readonly author: string;
  /** A URI under the author's control, which CSAF demands of a publisher. */
  readonly namespace: string;
  /** RFC 3339. */
  readonly time: string;
  readonly tool: FindingDocument['tool'];
}

/** Whether a finding rests on what someone stated, so that a VEX document has something to tell of it. */
export function isStated(finding: Finding): boolean {
  return finding.match.verdict.claim !== null;
}

/**
 * The findings of one release as the writers of VEX and report formats take them.
 * @throws GraphError `ambiguous-thing` when they are of several releases: a document is on one product
 */
export async function findingDocument(
  store: Store,
  boms: readonly BomRecord[],
  findings: readonly Finding[],
  issue: Issue,
): Promise<FindingDocument> {
  const [bom] = boms;
  if (bom === undefined) throw new GraphError('unknown-thing', 'There is no bill of materials to write of.');
  const releases = new Set(boms.map(one => `${one.appName}${one.release === null ? '' : `@${one.release}`}`));
  if (releases.size > 1) {
    throw new GraphError(
      'ambiguous-thing',
      `A document is on one release, and these are ${releases.size}: ${[...releases].sort().slice(0, 5).join(', ')}; name one.`,
    );
  }
  const refs = new Refs(store);
  const written: DocumentFinding[] = [];
  for (const finding of findings) written.push(documentFinding(finding, await refs.of(finding)));
  const title = `${bom.appName}${bom.release === null ? '' : ` ${bom.release}`}`;
  return {
    id: idOf(issue.author, bom.app, bom.release, written),
    title: `Vulnerabilities of ${title}`,
    author: issue.author,
    namespace: issue.namespace,
    role: 'vendor',
    revisions: [{ time: issue.time, summary: 'First issue.' }],
    tool: issue.tool,
    product: productOf(bom),
    findings: written,
  };
}

function productOf(bom: BomRecord): FindingProduct {
  const names = productNames(bom);
  const purl = names.find(name => name.startsWith('pkg:')) ?? null;
  return {
    name: bom.appName,
    version: bom.release,
    purl,
    ref: names.at(-1) ?? null,
    bom:
      bom.document.format === 'cyclonedx' && bom.serialNumber !== null
        ? { serialNumber: bom.serialNumber, version: bom.revision ?? 1 }
        : null,
  };
}

function documentFinding(finding: Finding, ref: string | null): DocumentFinding {
  const { match, component, version, purl, target, vulnerability } = finding;
  const { verdict, severity } = match;
  const { claim } = verdict;
  const thing: FindingThing = { name: component, version, purl, ref: ref ?? target.cpes[0] ?? null };
  const statement = writeNotes({
    until: claim?.until ?? null,
    override: claim?.override ?? null,
    text: claim?.statement ?? '',
  });
  return {
    component: thing,
    vulnerability: {
      id: vulnerability,
      aliases: match.ids.slice(1),
      summary: match.advisories.find(head => head.summary !== null)?.summary ?? null,
    },
    severity: { vector: severity.vector, score: severity.score, level: severity.level },
    status: verdict.status,
    justification: verdict.justification,
    statement: statement === '' ? verdict.statedJustification : statement,
    action: claim?.remediations[0]?.text ?? null,
    time: claim?.time ?? null,
    fixed: verdict.fixed,
    reasons: [...new Set(verdict.reasons.map(reason => reason.text))],
    location: null,
  };
}

/** The bom-refs of components, read from each document once. */
class Refs {
  readonly #store: Store;
  readonly #components = new Map<string, readonly Component[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  async of({ bom, ordinals }: Finding): Promise<string | null> {
    const { sha256 } = bom.document;
    let components = this.#components.get(sha256);
    if (components === undefined) {
      components = await componentsOf(this.#store, bom.document);
      this.#components.set(sha256, components);
    }
    return components[ordinals[0] ?? -1]?.ref ?? null;
  }
}
