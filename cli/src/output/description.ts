import { dump } from "js-yaml";
import { age } from "./cell-text.ts";
import { printable } from "./columns.ts";

/** An object as people read it: a field a line, names in words, and beside each time how long ago it was. */
export function formatDescription(item: object): string {
  const fields = Object.entries(item).filter(([, value]) => value !== undefined && !isEmpty(value));
  const width = fields.reduce((most, [name]) => Math.max(most, inWords(name).length), 0) + 3;
  return fields.map(([name, value]) => `${`${inWords(name)}:`.padEnd(width)}${valueText(value, width)}`).join("");
}

const inWords = (name: string): string => {
  const words = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const isEmpty = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function valueText(value: unknown, width: number): string {
  if (typeof value === "string") return `${printable(value)}${isTime(value) ? ` (${age(value)} ago)` : ""}\n`;
  if (typeof value !== "object" || value === null) return `${String(value)}\n`;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return `${printable(value.join(", "))}\n`;
  if (!Array.isArray(value) && Object.values(value).every((one) => typeof one !== "object"))
    return pairs(value as Readonly<Record<string, unknown>>, width);
  const lines = dump(value, { noRefs: true, lineWidth: -1 }).trimEnd().split("\n");
  return `\n${lines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

const pairs = (value: Readonly<Record<string, unknown>>, width: number): string =>
  Object.entries(value)
    .map(([key, one], index) => `${index === 0 ? "" : " ".repeat(width)}${printable(`${key}=${String(one)}`)}\n`)
    .join("");

const isTime = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text);
