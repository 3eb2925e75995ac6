import { newFleetFile } from "@drover/proto/fleet";
import type { EditedKind } from "@drover/proto/rest";
import { parseDocument } from "yaml";
import { problemsOfSpec } from "./check-manifest.ts";

/** What an editor shows of an object: words for the person, then the spec. */
export function editableText(title: string, spec: object, problems: readonly string[] = []): string {
  return withProblems(title, newFleetFile(spec), problems);
}

/** The same text once more, with what is wrong with it on top. */
export function withProblems(title: string, text: string, problems: readonly string[]): string {
  const lines = [
    `Edit ${title}. Lines that begin with # are left out; comments of the file in the fleet repository stay.`,
    "Saving makes a commit; saving nothing new, or nothing at all, changes nothing.",
    ...(problems.length === 0 ? [] : ["", "This was refused:", ...problems.flatMap((problem) => problem.split("\n"))]),
  ];
  return `${lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n")}\n${text}`;
}

/** Tells our own lines from comments that a person wrote. */
const mark = "#:";

export const withoutMarks = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.startsWith(mark))
    .join("\n");

/** A text that somebody saved: nothing, an object, or what is wrong with it. */
export type EditedText =
  | { readonly kind: "empty" }
  | { readonly kind: "spec"; readonly spec: object }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

export function parseEditedText(kind: EditedKind, name: string, text: string): EditedText {
  const document = parseDocument(text, { version: "1.2", schema: "core", stringKeys: true, merge: false, logLevel: "silent" });
  if (document.errors.length > 0) return { kind: "problems", problems: document.errors.map(({ message }) => message) };
  if (document.contents === null) return { kind: "empty" };
  const spec: unknown = document.toJS({ maxAliasCount: 0 });
  if (typeof spec !== "object" || spec === null || Array.isArray(spec))
    return { kind: "problems", problems: ["this is no map of keys to values"] };
  const problems = problemsOfSpec(kind, name, spec, text).map(({ line, message }) => `line ${line}: ${message}`);
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "spec", spec };
}
