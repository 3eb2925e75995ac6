/** A member of an event's body, if it is text: as a list, since what is absent names nothing. */
export const textOf = (value: unknown): readonly string[] => (typeof value === "string" ? [value] : []);
