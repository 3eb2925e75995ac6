/** Cells that a terminal gives to a text without control characters, by what a person sees as one character. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const { segment } of characters().segment(text)) width += widthOf(segment);
  return width;
}

/** As wide as that, with spaces behind. */
export const padDisplay = (text: string, width: number): string => `${text}${" ".repeat(Math.max(0, width - displayWidth(text)))}`;

/** No wider than that; what was left out is shown as `…`. */
export function cutDisplay(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const { segment } of characters().segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Nearly all of our text, which is then measured without reading tables of Unicode. */
const isPlain = (text: string): boolean => /^[\x20-\x7e…]*$/.test(text);

let segmenter: Intl.Segmenter | undefined;
const characters = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" }));

function widthOf(character: string): number {
  if (nothing.test(character)) return 0;
  // A picture is shown as one when it asks for it, or is one by default; a digit with a mark of its own, or a flag, is too.
  if (/\p{RGI_Emoji}/v.test(character) || character.includes("\u{fe0f}")) return 2;
  return wide.test(character) ? 2 : 1;
}

/** Marks and joiners that stand alone. */
const nothing = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]+$/u;

/** East Asian Wide and Fullwidth, as Unicode has them: by their scripts and, where a script has both, by their blocks. */
const wide =
  /^(?:(?![\uff61-\uffdc\uffe8-\uffee])[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Tangut}\p{sc=Nushu}\p{sc=Kits}]|[\u3000-\u303e\u3041-\u33ff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation})/u;
