import type { Statement } from "./database.ts";

/** A statement is worth its place when it comes this often. */
const often = 3;
/** Each connection keeps what it has prepared for as long as it lives, about 100 KB of PostgreSQL's memory a statement. */
const maxPrepared = 100;
const maxCounted = 1_000;

export interface FrequentStatements {
  /** With a name, when it comes often and there is room. Planning costs as much as many a read; without a name each time anew. */
  named(statement: Statement): Statement;
}

/** For one pool: a name means the same text on all of its connections. Who gets a place keeps it; all others are planned as they come. */
export function createFrequentStatements(): FrequentStatements {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();

  return {
    named({ family, ...statement }) {
      if (family === undefined) return statement;
      const known = names.get(statement.text);
      if (known !== undefined) return { ...statement, name: known };
      if (names.size >= maxPrepared) return statement;
      const count = (counts.get(statement.text) ?? 0) + 1;
      if (count < often) {
        if (counts.size >= maxCounted) counts.clear();
        counts.set(statement.text, count);
        return statement;
      }
      counts.delete(statement.text);
      const name = `${family}-${names.size}`;
      names.set(statement.text, name);
      return { ...statement, name };
    },
  };
}
