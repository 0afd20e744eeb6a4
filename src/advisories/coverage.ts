import type { Purl } from '../model/purl.ts';
import type { AdvisoryBase } from './base.ts';
import { distroNamespace, isDistroPackage } from './ecosystems.ts';

/** Packages of a kind for which there is no advisory at all: nobody looked. */
export interface Uncovered {
  readonly kind: string;
  readonly packages: number;
}

/** What advisories are written by: the type of a purl, of a distribution's packages with the distribution. */
export function kindOf(purl: Purl): string {
  const { type } = purl;
  // Some tools write the distribution as the type, or in other words.
  return isDistroPackage(purl) ? `${type === 'alpine' ? 'apk' : type}/${distroNamespace(purl) ?? ''}` : type;
}

/** Counts packages of kinds for which a base has no advisory. */
export class Coverage {
  readonly #base: AdvisoryBase;
  /** Packages by kind; null for a kind that has advisories. */
  readonly #kinds = new Map<string, Set<string> | null>();

  constructor(base: AdvisoryBase) {
    this.#base = base;
  }

  /** @param text the purl as it is stated, by which packages are told apart */
  count(kind: string, text: string): void {
    let packages = this.#kinds.get(kind);
    if (packages === undefined) {
      packages = this.#base.covers(`${kind}/`) ? null : new Set();
      this.#kinds.set(kind, packages);
    }
    packages?.add(text);
  }

  /** The most packages first. */
  uncovered(): Uncovered[] {
    return [...this.#kinds]
      .flatMap(([kind, packages]) => (packages === null ? [] : [{ kind, packages: packages.size }]))
      .sort((a, b) => b.packages - a.packages || (a.kind < b.kind ? -1 : 1));
  }
}
