/** Events of the log are JSON that any version may have written: what is no text is absent. */
export const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

export const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

export const count = (value: unknown): number => (typeof value === "number" ? value : 0);
