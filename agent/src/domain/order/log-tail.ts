import { stripVTControlCharacters } from "node:util";

const maxCharacters = 200;

/** The end of a log on one line: it is what says why, so of a long one the beginning goes. */
export function logTail(log: string): string {
  const lines = stripVTControlCharacters(log)
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\p{Cc}+/gu, " ").trim())
    .filter((line) => line !== "");
  const text = lines.join(" | ");
  return text.length <= maxCharacters ? text : `…${text.slice(1 - maxCharacters)}`.toWellFormed();
}
