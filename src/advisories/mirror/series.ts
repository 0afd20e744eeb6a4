import type { DatabaseSync } from 'node:sqlite';
import type { AdvisoryFacts } from '../../model/advisory.ts';
import { parseDate } from '../../model/date.ts';

/** Which advisory a revision is one of, and its turn among them. */
export interface Turn {
  readonly series: string;
  /** Null where it does not say: then it takes nobody's place and nobody takes its. */
  readonly turn: number | null;
}

/**
 * The series of an advisory: what its publisher revises as one. The documents of a larder come in any order and stay, so that which of them holds is found from what they say: OSV, CVE and CSAF
 * by the time of the last change, OpenVEX and CycloneDX by the version of the document. Of VEX the author is part of it, since everybody can write another's `@id`.
 *
 * @param trust what checking the document gave: a document that nobody signed never takes the place of a verified one
 */
export function turnOf(advisory: AdvisoryFacts, trust: string | null): Turn {
  const { id, vulnerability, source, publisher, modified, revision } = advisory;
  // All vulnerabilities of one document are one series: the next version may leave one out.
  const at = id.indexOf(`#${vulnerability}`);
  const own = at < 0 ? id : id.slice(0, at);
  if (source === 'openvex' || source === 'cyclonedx' || source === 'csaf') {
    const turn = source === 'csaf' ? timeOf(modified) : (revision ?? null);
    return { series: `${own}\n${publisher ?? ''}\n${trust === 'verified' ? trust : ''}`, turn };
  }
  return { series: own, turn: timeOf(modified) };
}

function timeOf(stated: string | null): number | null {
  return stated === null ? null : parseDate(stated);
}

interface Held {
  readonly id: number;
  readonly turn: number | null;
  readonly recorded_from: number;
  readonly recorded_to: number | null;
}

/**
 * Works out until when each document of a series holds: until a later turn of it was recorded; one that came after a later turn never does.
 * @returns the revisions for which that changed
 */
export function settleSeries(db: DatabaseSync, source: string, series: string): number[] {
  const held = db
    .prepare(
      'SELECT id, turn, recorded_from, recorded_to FROM revision WHERE source = ? AND series = ? AND document IS NOT NULL',
    )
    .all(source, series) as unknown as readonly Held[];
  const end = db.prepare('UPDATE revision SET recorded_to = ? WHERE id = ?');
  const ends = endsOf(held);
  return held.flatMap(one => {
    const to = ends.get(one.id) ?? null;
    if (to === one.recorded_to) return [];
    end.run(to, one.id);
    return [one.id];
  });
}

/** When each revision that a later turn takes the place of ends. One document may state thousands of a series, all of one turn, so they are gone through once. */
function endsOf(held: readonly Held[]): ReadonlyMap<number, number> {
  const byTurn = Map.groupBy(held, one => one.turn);
  const turns = [...byTurn.keys()].filter(turn => turn !== null).sort((a, b) => b - a);
  const ends = new Map<number, number>();
  let later = Number.POSITIVE_INFINITY;
  for (const turn of turns) {
    const same = byTurn.get(turn) ?? [];
    if (later < Number.POSITIVE_INFINITY)
      for (const one of same) ends.set(one.id, Math.max(later, one.recorded_from));
    for (const one of same) later = Math.min(later, one.recorded_from);
  }
  return ends;
}
