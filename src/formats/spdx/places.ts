import type { Context } from './values.ts';

/** The lines of a document that is not JSON: of each entry, and of the fields of an entry where the parser notes them. */
export class Lines {
  readonly #entries = new WeakMap<object, number>();
  readonly #fields = new WeakMap<object, Map<string, number[]>>();
  readonly #withFields: boolean;

  /** `withFields` costs a map per entry; validation wants it, reading does not. */
  constructor(withFields: boolean) {
    this.#withFields = withFields;
  }

  entry(entry: object, line: number): void {
    this.#entries.set(entry, line);
  }

  field(entry: object, name: string, line: number): void {
    if (!this.#withFields) return;
    let fields = this.#fields.get(entry);
    if (fields === undefined) {
      fields = new Map();
      this.#fields.set(entry, fields);
    }
    const lines = fields.get(name);
    if (lines === undefined) fields.set(name, [line]);
    else lines.push(line);
  }

  /** `line N` of the field a pointer ends in, else of its entry, else the pointer itself. */
  readonly place: Context['place'] = (entry, pointer) => {
    if (entry === null) return pointer;
    const line = this.#fieldLine(entry, pointer) ?? this.#entries.get(entry);
    return line === undefined ? pointer : `line ${line}`;
  };

  #fieldLine(entry: object, pointer: string): number | undefined {
    const fields = this.#fields.get(entry);
    if (fields === undefined) return undefined;
    const parts = pointer.split('/');
    const last = parts.at(-1) ?? '';
    const index = Number(last);
    if (Number.isInteger(index) && last !== '') return fields.get(parts.at(-2) ?? '')?.[index];
    return fields.get(last)?.[0];
  }
}
