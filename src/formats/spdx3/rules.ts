import { ABSTRACT, CLASSES, VOCABULARIES } from './classes.ts';

/** What one property may hold. */
export interface Property {
  readonly name: string;
  readonly need: boolean;
  readonly many: boolean;
  /** `text`, `ref`, `iri`, `uri`, `time`, `flag`, `number`, `version`, `expression`, `any`, a vocabulary or a class. */
  readonly kind: string;
}

/** One class with all its properties, those of the classes above it too. */
export interface Rule {
  readonly name: string;
  readonly isAbstract: boolean;
  /** The class and all above it. */
  readonly lineage: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, Property>;
}

/** The class tables of classes.ts, made when first asked. */
export class Rules {
  readonly #classes = new Map<string, Rule>();
  readonly #vocabularies = new Map<string, ReadonlySet<string>>();

  constructor() {
    for (const [name, parent, properties] of CLASSES) this.#add(name, parent, properties);
    for (const [name, values] of Object.entries(VOCABULARIES))
      this.#vocabularies.set(name, new Set(values.split(' ')));
  }

  rule(name: string): Rule | undefined {
    return this.#classes.get(name);
  }

  vocabulary(name: string): ReadonlySet<string> | undefined {
    return this.#vocabularies.get(name);
  }

  #add(name: string, parent: string | null, line: string): void {
    const above = parent === null ? undefined : this.#classes.get(parent);
    const properties = new Map(above?.properties);
    for (const word of line.split(' ')) if (word !== '') properties.set(...property(word));
    const lineage = new Set([...(above?.lineage ?? []), name]);
    this.#classes.set(name, { name, isAbstract: ABSTRACT.has(name), lineage, properties });
  }
}

/** `name!:kind` and its like. */
function property(word: string): [string, Property] {
  const [stated = '', kind = 'text'] = word.split(':');
  const mark = /[!*+]$/.exec(stated)?.[0] ?? '';
  const name = mark === '' ? stated : stated.slice(0, -1);
  return [name, { name, need: mark === '!' || mark === '+', many: mark === '*' || mark === '+', kind }];
}
