const hidden = "[redacted]";

/** Members whose value is nobody else's business, whatever it is. */
const secretName = /^(token|secret|password|authorization|privateKey|clientSecret|apiKey)$/i;
/** What our tokens look like, within text that somebody wrote. */
const tokens = /\bdr[a-z]{0,2}\d?_[A-Za-z0-9_-]{8,}/g;
/** `https://user:password@host`. */
const credentials = /(\w+:\/\/)[^/\s:@]+:[^/\s@]+@/g;

/** The same without anything that opens a door. */
export function redacted(value: unknown): unknown {
  if (typeof value === "string") return value.replace(tokens, hidden).replace(credentials, `$1${hidden}@`);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, secretName.test(name) ? hidden : redacted(member)]));
}
