/** One change of one row. Rows are never altered in place, so both sides stay what they were. */
export interface Change<Row = unknown> {
  readonly table: string;
  readonly key: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Rows by key, found by a group too. Written only inside a transaction, which hears of every change. */
export class Table<Row extends object> {
  readonly name: string;
  readonly #rows = new Map<string, Row>();
  readonly #groups = new Map<string, Map<string, Row>>();
  readonly #groupOf: (row: Row) => string;
  readonly #written: (change: Change<Row>) => void;

  constructor(name: string, written: (change: Change<Row>) => void, groupOf: (row: Row) => string = () => "") {
    this.name = name;
    this.#written = written;
    this.#groupOf = groupOf;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  all(): IterableIterator<Row> {
    return this.#rows.values();
  }

  of(group: string): readonly Row[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  put(key: string, row: Row): void {
    this.#written({ table: this.name, key, before: this.#rows.get(key), after: row });
    this.restore(key, row);
  }

  delete(key: string): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#written({ table: this.name, key, before, after: undefined });
    this.restore(key, undefined);
  }

  /** Without a word to anybody: for undoing, and for putting an older copy back. */
  restore(key: string, row: Row | undefined): void {
    const before = this.#rows.get(key);
    if (before !== undefined) this.#groups.get(this.#groupOf(before))?.delete(key);
    if (row === undefined) {
      this.#rows.delete(key);
      return;
    }
    this.#rows.set(key, row);
    const group = this.#groupOf(row);
    const members = this.#groups.get(group) ?? new Map<string, Row>();
    this.#groups.set(group, members);
    members.set(key, row);
  }

  copy(): ReadonlyMap<string, Row> {
    return new Map(this.#rows);
  }

  replaceAll(rows: ReadonlyMap<string, Row>): void {
    for (const key of this.#rows.keys()) if (!rows.has(key)) this.restore(key, undefined);
    for (const [key, row] of rows) this.restore(key, row);
  }
}
