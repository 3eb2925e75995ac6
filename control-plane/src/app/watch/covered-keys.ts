/** Of these keys, those that a subject speaks of: one that ends in a slash of all below it, one that begins with a plus of all that end so. */
export function coveredKeys(keys: Iterable<string>, subject: string): readonly string[] {
  if (subject === "/") return [...keys];
  if (subject.endsWith("/")) return [...keys].filter((key) => key.startsWith(subject));
  return [...keys].filter((key) => key.endsWith(subject.slice(1)));
}

/** Whether it names no single object. */
export const coversSeveral = (subject: string): boolean => subject.endsWith("/") || subject.startsWith("+");
