import type { Freeze } from "@drover/proto/rest";

export type FreezeStanding = "in force" | "later" | "over";

/** Whether a freeze holds at a time. One without an end holds until its file goes. */
export function freezeStanding({ from, until }: Pick<Freeze["spec"], "from" | "until">, nowMs: number): FreezeStanding {
  if (from !== undefined && Date.parse(from) > nowMs) return "later";
  return until !== undefined && Date.parse(until) <= nowMs ? "over" : "in force";
}

/** Whom it concerns: a list that is absent names all. */
export function reachOf({ projects, environments, applications }: Freeze["spec"]): string {
  const parts = [
    ["project", projects],
    ["environment", environments],
    ["application", applications],
  ] as const;
  const named = parts.flatMap(([word, names]) =>
    names === undefined ? [] : [`${word}${names.length > 1 ? "s" : ""} ${names.join(", ")}`],
  );
  return named.length === 0 ? "everything" : named.join("; ");
}
