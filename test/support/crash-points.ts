/** Where the agent dies: one of the writes that it makes. */
export interface CrashPoint {
  /** Counted from 1, over what the agent writes while something happens. */
  readonly write: number;
  /** The API server has not heard of the write, or has answered it. */
  readonly when: "crash-before" | "crash-after";
}

/** Every write, or one of those that follow each other and differ in the object's name alone. */
type Thoroughness = "every-write" | "every-kind";

/** `writes` are `verb resource name`. Dead before a write is the same as dead after the one before it, so only the first has a before. */
export function crashPoints(writes: readonly string[], thoroughness: Thoroughness): readonly CrashPoint[] {
  const kinds = writes.map(kindOf);
  const after = writes
    .map((_, index): CrashPoint => ({ write: index + 1, when: "crash-after" }))
    .filter((_, index) => thoroughness === "every-write" || index === writes.length - 1 || kinds[index] !== kinds[index - 1]);
  return [{ write: 1, when: "crash-before" }, ...after];
}

/**
 * Before it touches an object, the agent writes down what it was given and what it intends, in all scenarios alike: what it has written when it
 * dies there. Undefined when it has touched one.
 */
export function beginningAt(writes: readonly string[], { write, when }: CrashPoint): string | undefined {
  const kinds = writes.slice(0, write).map(kindOf);
  if (kinds.some((kind) => !bookkeeping.has(kind))) return undefined;
  return `${when} ${kinds.filter((kind, index) => kind !== kinds[index - 1]).join(", ")}`;
}

/** An application's Secret is applied. */
const bookkeeping: ReadonlySet<string> = new Set(["create secrets", "update secrets"]);

const kindOf = (write: string): string => write.slice(0, write.lastIndexOf(" "));
