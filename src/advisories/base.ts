import type { ExploitationFacts } from '../model/advisory.ts';
import { byName } from './aliases.ts';
import type { AdvisoryHead, AdvisoryRecord, KeptClaim } from './mirror/codec.ts';
import { CHANGED_ID, CHANGED_SCORES } from './mirror/keys.ts';
import type { FoundClaim, Mirror } from './mirror/mirror.ts';

export interface MirrorMark {
  readonly mirror: string;
  readonly epoch: number;
}

export interface Changes {
  /** Lookup keys whose claims changed. */
  readonly keys: ReadonlySet<string>;
  /** Names of vulnerabilities whose advisories or aliases changed. */
  readonly ids: readonly string[];
  /** KEV or EPSS. */
  readonly scores: boolean;
}

/** All that is known of vulnerabilities: the feeds' mirror, and the evidence of a larder. The matcher asks nothing else. Times are record times. */
export interface AdvisoryBase {
  /** Claims found under a key (mirror/keys). */
  claims(key: string, asOf: number): readonly FoundClaim[];
  /** All claims of the advisories that name a vulnerability. */
  claimsOf(id: string, asOf: number): readonly FoundClaim[];
  /** All ids of the vulnerability that an id names, best name first. */
  vulnerability(id: string, asOf: number): readonly string[];
  advisories(id: string, asOf: number): readonly AdvisoryRecord[];
  kev(ids: readonly string[], asOf: number): ExploitationFacts['kev'][number] | null;
  epss(ids: readonly string[], asOf: number): number | null;
  /** Whether any claim is under a key that starts so: `npm/`, `ref:urn:uuid:...#`. Without one, "no finding" means that nobody looked. */
  covers(prefix: string): boolean;
  /** Every key that starts so, of whatever time. */
  keysUnder(prefix: string): readonly string[];
  /** What an answer names as its ground: changes whenever anything in it does. */
  readonly epoch: string;
  /** Record time of the last update of the feeds; null when there is none. */
  readonly updated: number | null;
}

/** Several mirrors as one: a feed's mirror, and what was decided and given to a larder. */
export class JoinedBase implements AdvisoryBase {
  readonly #mirrors: readonly Mirror[];

  readonly #feeds: Mirror | null;

  /** Advisories that are not of the feeds alone. */
  #given: ReadonlySet<string> | null = null;

  constructor(feeds: Mirror | null, ...evidence: readonly (Mirror | null)[]) {
    this.#feeds = feeds;
    this.#mirrors = [feeds, ...evidence].filter(mirror => mirror !== null);
  }

  claims(key: string, asOf: number): readonly FoundClaim[] {
    return this.#mirrors.flatMap(mirror => this.#heard(mirror, mirror.claims(key, asOf), asOf));
  }

  claimsOf(id: string, asOf: number): readonly FoundClaim[] {
    return this.vulnerability(id, asOf).flatMap(alias =>
      this.#mirrors.flatMap(mirror => this.#heard(mirror, mirror.claimsOf(alias, asOf), asOf)),
    );
  }

  /** What no later revision elsewhere takes the place of. A mirror knows the names that it states itself; another may state more of them. */
  #heard(from: Mirror, all: readonly FoundClaim[], asOf: number): readonly FoundClaim[] {
    if (this.#mirrors.length < 2) return all;
    const found = all.filter(({ head }) => this.#isNewest(head, from, asOf));
    if (!this.#mirrors.some(mirror => mirror !== from && mirror.hasAliases)) return found;
    return found.map(one => ({ ...one, names: this.vulnerability(one.head.vulnerability, asOf) }));
  }

  advisories(id: string, asOf: number): readonly AdvisoryRecord[] {
    return this.vulnerability(id, asOf).flatMap(alias =>
      this.#mirrors.flatMap(mirror =>
        mirror.advisories(alias, asOf).filter(head => this.#isNewest(head, mirror, asOf)),
      ),
    );
  }

  /** Of an advisory that the feeds have and a larder was given too, the later revision is heard. */
  #isNewest(head: AdvisoryHead, from: Mirror, asOf: number): boolean {
    if (this.#feeds === null || this.#mirrors.length < 2) return true;
    this.#given ??= new Set(this.#mirrors.flatMap(mirror => (mirror === this.#feeds ? [] : mirror.names())));
    if (!this.#given.has(`${head.source} ${head.id}`)) return true;
    const own = from.turn(head, asOf);
    return this.#mirrors.every(
      mirror => mirror === from || own === null || (mirror.turn(head, asOf) ?? own) <= own,
    );
  }

  /** The component of the alias graph that all mirrors together make. */
  vulnerability(id: string, asOf: number): readonly string[] {
    const seen = new Set([id]);
    for (const next of seen) {
      for (const mirror of this.#mirrors) for (const other of mirror.aliases(next, asOf)) seen.add(other);
    }
    return [...seen].sort(byName);
  }

  kev(ids: readonly string[], asOf: number): ExploitationFacts['kev'][number] | null {
    for (const mirror of this.#mirrors) {
      const entry = mirror.kev(ids, asOf);
      if (entry !== null) return entry;
    }
    return null;
  }

  epss(ids: readonly string[], asOf: number): number | null {
    for (const mirror of this.#mirrors) {
      const score = mirror.epss(ids, asOf);
      if (score !== null) return score;
    }
    return null;
  }

  covers(prefix: string): boolean {
    return this.#mirrors.some(mirror => mirror.covers(prefix));
  }

  keysUnder(prefix: string): readonly string[] {
    return [...new Set(this.#mirrors.flatMap(mirror => mirror.keysUnder(prefix)))];
  }

  get epoch(): string {
    return this.#mirrors.map(mirror => mirror.epoch).join('.') || '0';
  }

  get updated(): number | null {
    return this.#feeds?.state().updated ?? null;
  }

  /** Which mirrors, each at which epoch: what derived tables stand for. */
  marks(): readonly MirrorMark[] {
    return this.#mirrors.map(mirror => ({ mirror: mirror.identity, epoch: mirror.epoch }));
  }

  /** What changed after marks were taken; null when they are of other mirrors, or of one that had nothing yet. */
  changesSince(marks: readonly MirrorMark[]): Changes | null {
    const same =
      marks.length === this.#mirrors.length &&
      this.#mirrors.every(
        (mirror, at) =>
          marks[at]?.mirror === mirror.identity &&
          marks[at].epoch <= mirror.epoch &&
          (marks[at].epoch > 0 || mirror.epoch === 0),
      );
    if (!same) return null;
    const changed = new Set(
      this.#mirrors.flatMap((mirror, at) => mirror.changedSince(marks[at]?.epoch ?? 0)),
    );
    const scores = changed.delete(CHANGED_SCORES);
    const ids = [...changed].filter(key => key.startsWith(CHANGED_ID));
    for (const key of ids) changed.delete(key);
    return { keys: changed, ids: ids.map(key => key.slice(CHANGED_ID.length)), scores };
  }

  /** Keys of the claims that a document of the larder states. */
  keysOfDocument(document: string): readonly string[] {
    return this.#mirrors.flatMap(mirror => mirror.keysOfDocument(document));
  }

  /** Claims that have come to the end that their author set. */
  ended(now: number): readonly KeptClaim[] {
    return this.#mirrors
      .flatMap(mirror => mirror.ending())
      .filter(claim => Date.parse(`${claim.until}T23:59:59.999Z`) < now);
  }

  close(): void {
    for (const mirror of this.#mirrors) mirror.close();
  }
}
