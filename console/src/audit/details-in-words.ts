import type { AuditEntry } from "@drover/proto/rest";

/** What somebody said comes first, whatever it is part of; then the rest, as plainly as it goes. */
export function detailsInWords(details: AuditEntry["details"]): string {
  const facts = factsOf(details);
  const said = facts.filter(([name]) => name === "reason" || name === "message");
  const rest = facts.filter((fact) => !said.includes(fact)).map(([name, value]) => `${name} ${value}`);
  return [...new Set([...said.map(([, value]) => value), ...rest])].join(", ");
}

/** The leaves, each under its own name: where they hang tells a reader less than what they say. */
const factsOf = (of: object): readonly (readonly [name: string, value: string])[] =>
  Object.entries(of).flatMap(([name, value]: [string, unknown]) => {
    if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value.map(inWord).join(" ")] as const];
    if (typeof value === "object" && value !== null) return factsOf(value);
    return value === undefined || value === null || value === "" ? [] : [[name, inWord(value)] as const];
  });

const inWord = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
