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
  const kinds = writes.map((write) => write.slice(0, write.lastIndexOf(" ")));
  const after = writes
    .map((_, index): CrashPoint => ({ write: index + 1, when: "crash-after" }))
    .filter((_, index) => thoroughness === "every-write" || index === writes.length - 1 || kinds[index] !== kinds[index - 1]);
  return [{ write: 1, when: "crash-before" }, ...after];
}
