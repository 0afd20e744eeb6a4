import { createHash } from 'node:crypto';
import { expression, usedLicenceRefs } from './checks.ts';
import { idText } from './naming.ts';

/** A licence that a written document must define itself. */
export interface OwnLicence {
  readonly id: string;
  readonly text: string;
}

/** Turns stated licences into one sound SPDX expression each, and collects the `LicenseRef-` ids these use. */
export class LicenceWriter {
  readonly #sound = new Map<string, string>();
  readonly #own = new Map<string, OwnLicence>();

  /** One expression for all that a component declares; NOASSERTION for none. Several stand together by AND, as a component has them all. */
  joined(licences: readonly string[]): string {
    const parts = [...new Set(licences.map(stated => this.#expression(stated.trim())))].filter(
      part => part !== 'NOASSERTION',
    );
    if (parts.length === 0) return 'NOASSERTION';
    if (parts.length === 1) return parts[0] ?? 'NOASSERTION';
    const terms = parts.filter(part => part !== 'NONE');
    return terms.map(part => (/ (?:AND|OR) /.test(part) ? `(${part})` : part)).join(' AND ') || 'NONE';
  }

  /** The licences to define, in the order of their ids. */
  own(): OwnLicence[] {
    return [...this.#own.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #expression(stated: string): string {
    const known = this.#sound.get(stated);
    if (known !== undefined) return known;
    const made = stated === '' ? 'NOASSERTION' : this.#make(stated);
    this.#sound.set(stated, made);
    return made;
  }

  #make(stated: string): string {
    if (expression(stated, { version: 2.3 }) !== null) return this.#named(stated);
    for (const id of usedLicenceRefs(stated)) this.#define(id, `The text of ${id} is not known.`);
    return stated;
  }

  /** A name that is no expression becomes a licence of the document, told apart from others of a like name by a digest. */
  #named(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
    const id = `LicenseRef-${[idText(name), hash].filter(part => part !== '').join('-')}`;
    this.#define(id, name);
    return id;
  }

  #define(id: string, text: string): void {
    if (!this.#own.has(id)) this.#own.set(id, { id, text });
  }
}
