import { DroverError } from "@drover/kit";
import { parsePath } from "./parse-path.ts";
import { findAll, type Path } from "./path.ts";

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly path: Path; readonly parts: readonly Part[] };

/** kubectl's template: text as it is, `{.path}`, `{"\n"}`, `{range .items[*]}…{end}`. */
export function renderTemplate(template: string, value: unknown): string {
  const parts = parseTemplate(template);
  return render(parts, value, value);
}

/** As kubectl prints what it finds: text bare, all else as JSON. */
export const found = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const render = (parts: readonly Part[], value: unknown, root: unknown): string =>
  parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const all = findAll(part.path, value, root);
      return part.kind === "path" ? all.map(found).join(" ") : all.map((one) => render(part.parts, one, root)).join("");
    })
    .join("");

function parseTemplate(template: string): readonly Part[] {
  const open: { readonly path: Path | undefined; readonly parts: Part[] }[] = [{ path: undefined, parts: [] }];
  for (const word of wordsOf(template)) {
    const parts = open.at(-1)?.parts ?? [];
    if (!word.startsWith("{")) {
      parts.push({ kind: "text", text: word });
      continue;
    }
    const inner = word.slice(1, -1).trim();
    if (inner === "end") {
      const range = open.pop();
      if (range?.path === undefined) throw invalid(template, "{end} without {range …}");
      open.at(-1)?.parts.push({ kind: "range", path: range.path, parts: range.parts });
    } else if (inner.startsWith("range ")) open.push({ path: parsePath(inner.slice("range ".length).trim()), parts: [] });
    else parts.push(/^["']/.test(inner) ? { kind: "text", text: unquoted(inner) } : { kind: "path", path: parsePath(inner) });
  }
  if (open.length > 1) throw invalid(template, "{range …} without {end}");
  return open[0]?.parts ?? [];
}

/** Text and `{…}` in turn; braces within quotes are text. A template without braces is one path, as kubectl allows. */
function wordsOf(template: string): readonly string[] {
  if (!template.includes("{")) return [`{${template}}`];
  const words = template.match(/\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}"'])*\}|[^{}]+/g) ?? [];
  if (words.join("") !== template) throw invalid(template, "a { or } has no other half");
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, (_all, letter: string) => escapes[letter] ?? letter);

const invalid = (template: string, why: string): DroverError =>
  new DroverError("invalid", "JSONPATH_INVALID", `read JSONPath ${template}: ${why}`);
