/** Compared as plain text, these are in the order in which people count: eu-2 before eu-10. Fast enough for ten thousand names. */
export const naturalKey = (text: string): string => text.replaceAll(/\d+/g, (digits) => digits.padStart(12, "0"));

export const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
