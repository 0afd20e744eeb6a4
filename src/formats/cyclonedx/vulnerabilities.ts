import type { StatedVulnerability } from '../../model/facts.ts';
import { statusOf } from './analysis.ts';
import type { Gathering } from './components.ts';
import { dangling } from './dependencies.ts';
import { isShape, placeOf, type Shape, type Taker } from './shape.ts';

/** Reads `vulnerabilities`: what the document says about its own components, as said. */
export function readVulnerabilities(
  gathering: Gathering,
  root: Shape,
  top: string,
): readonly StatedVulnerability[] {
  const { taker } = gathering;
  const list = taker.list(root, 'vulnerabilities', top);
  const vulnerabilities: StatedVulnerability[] = [];
  for (let i = 0; i < list.length; i++) {
    const pointer = `${top}/vulnerabilities/${i}`;
    const shape = taker.item(list[i], 'A vulnerability', pointer);
    if (shape !== null) vulnerabilities.push(readVulnerability(gathering, shape, placeOf(shape, pointer)));
  }
  return vulnerabilities;
}

function readVulnerability(gathering: Gathering, shape: Shape, at: string): StatedVulnerability {
  const { taker } = gathering;
  const id = taker.text(shape, 'id', at);
  if (id === null) taker.diagnostics.warning('missing-id', 'The vulnerability has no id.', at);
  const analysis = taker.shape(shape, 'analysis', at);
  const source = taker.shape(shape, 'source', at);
  const inAnalysis = `${at}/analysis`;
  return {
    id: id ?? '',
    aliases: aliasesOf(taker, shape, at),
    source:
      source === null
        ? null
        : (taker.text(source, 'name', `${at}/source`) ?? taker.text(source, 'url', `${at}/source`)),
    state: analysis === null ? null : stateOf(taker, analysis, inAnalysis),
    justification: analysis === null ? null : taker.text(analysis, 'justification', inAnalysis),
    responses: analysis === null ? [] : taker.texts(analysis, 'response', inAnalysis),
    detail: analysis === null ? null : taker.text(analysis, 'detail', inAnalysis),
    affects: affectsOf(gathering, shape, at),
    ratings: ratingsOf(taker, shape, at),
    at,
  };
}

function stateOf(taker: Taker, analysis: Shape, at: string): string | null {
  const state = taker.text(analysis, 'state', at);
  if (state !== null && statusOf(state) === null) {
    const message = `The analysis state ${JSON.stringify(state)} is none that CycloneDX knows; it is taken as being looked at.`;
    taker.diagnostics.warning('unknown-state', message, `${at}/state`);
  }
  return state;
}

/** `references` point to records that say the same under another id. */
function aliasesOf(taker: Taker, shape: Shape, at: string): readonly string[] {
  const ids: string[] = [];
  for (const reference of taker.list(shape, 'references', at)) {
    const id = isShape(reference) ? reference['id'] : null;
    if (typeof id === 'string' && id !== '') ids.push(id);
  }
  return ids;
}

function affectsOf(gathering: Gathering, shape: Shape, at: string): StatedVulnerability['affects'] {
  const { taker } = gathering;
  const affects: StatedVulnerability['affects'][number][] = [];
  const list = taker.list(shape, 'affects', at);
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/affects/${i}`;
    const target = taker.item(list[i], 'What a vulnerability affects', here);
    const ref = target === null ? null : taker.text(target, 'ref', here);
    if (target === null) continue;
    if (ref === null) {
      taker.drop('missing-ref', 'What is affected has no "ref"; it was left out.', here);
      continue;
    }
    if (!gathering.linkIfBomLink(ref, null, null, here) && !isKnown(gathering, ref))
      dangling(gathering, ref, `${here}/ref`);
    affects.push({ ref, versions: versionsOf(taker, target, here) });
  }
  return affects;
}

/** A purl speaks of every package so called, whether the document lists one or not. */
function isKnown({ ordinals }: Gathering, ref: string): boolean {
  return ordinals.has(ref) || ref.startsWith('pkg:');
}

function versionsOf(
  taker: Taker,
  target: Shape,
  at: string,
): StatedVulnerability['affects'][number]['versions'] {
  const versions: { version?: string; range?: string; status?: string }[] = [];
  const list = taker.list(target, 'versions', at);
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/versions/${i}`;
    const shape = taker.item(list[i], 'A version', here);
    if (shape === null) continue;
    const version = taker.text(shape, 'version', here);
    const range = taker.text(shape, 'range', here);
    const status = taker.text(shape, 'status', here);
    versions.push({ ...(version && { version }), ...(range && { range }), ...(status && { status }) });
  }
  return versions;
}

function ratingsOf(taker: Taker, shape: Shape, at: string): StatedVulnerability['ratings'] {
  const ratings: StatedVulnerability['ratings'][number][] = [];
  const list = taker.list(shape, 'ratings', at);
  for (let i = 0; i < list.length; i++) {
    const here = `${at}/ratings/${i}`;
    const rating = taker.item(list[i], 'A rating', here);
    if (rating === null) continue;
    ratings.push({
      method: taker.text(rating, 'method', here),
      vector: taker.text(rating, 'vector', here),
      score: scoreOf(taker, rating, here),
      severity: taker.text(rating, 'severity', here),
    });
  }
  return ratings;
}

function scoreOf(taker: Taker, rating: Shape, at: string): number | null {
  const { score } = rating;
  if (score === undefined || score === null || score === '') return null;
  const number = typeof score === 'string' ? Number(score) : score;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  taker.drop('wrong-type', 'A score should be a number; it was left out.', `${at}/score`);
  return null;
}
