/** Controls, line breaks of every sort, and marks that turn the direction of text: names and messages of commits may hold any of them. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]+/gu;

/** One line of at most `max` UTF-16 units, which is how services count; what is cut off is shown to be. Never half a character. */
export const oneLine = (text: string, max: number): string => shorten(text.replace(unprintable, " ").replace(/ {2,}/g, " ").trim(), max);

/** Several lines, each as above. */
export const lines = (text: string, max: number): string =>
  shorten(
    text
      .split("\n")
      .map((line) => oneLine(line, max))
      .join("\n"),
    max,
  );

export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return max < 1 ? "" : `${kept}…`;
}

/**
 * Escapes and shortens so that the escaped text fits: cutting after escaping could leave half an escape, which services refuse or show.
 */
export function fit(text: string, max: number, escape: (character: string) => string): string {
  let kept = "";
  let keptShort = "";
  for (const character of text) {
    const next = kept + escape(character);
    if (next.length > max) return max < 1 ? "" : `${keptShort}…`;
    kept = next;
    if (kept.length <= max - 1) keptShort = kept;
  }
  return kept;
}
