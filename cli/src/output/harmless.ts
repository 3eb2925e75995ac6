import { controlCharacters } from "@drover/kit";

/** Colours, as our own output sets them. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/**
 * Text that a terminal may have: names, reasons and logs come from strangers, and of all that they may write to it only colours pass. The last
 * thing before a terminal, so that no place can forget it.
 */
export function harmless(text: string): string {
  const parts = text.split(colour);
  const colours = text.match(colour) ?? [];
  return parts.map((part, index) => `${part.replace(controlCharacters, " ")}${colours[index] ?? ""}`).join("");
}
