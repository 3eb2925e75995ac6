/** One fact on a line: times as people read them, and of what is large its beginning. */
export function factText(fact: unknown): string {
  if (typeof fact === "string") return fact;
  const text = JSON.stringify(fact, (_key, value: unknown) => (isTime(value) ? new Date(value).toISOString() : (value ?? undefined)));
  if (typeof fact === "number") return isTime(fact) ? new Date(fact).toISOString() : text;
  const letters = [...(text ?? "")];
  return letters.length <= longest ? letters.join("") : `${letters.slice(0, longest - 1).join("")}…`;
}

const longest = 120;

/** Milliseconds since 1970, as events hold them: no count or generation reaches September 2001's. */
const isTime = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 1e12 && value < 1e13;
