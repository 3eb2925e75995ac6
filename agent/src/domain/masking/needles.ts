import { shortestSearched } from "./secret-values.ts";

/** Texts to look for in other texts, and what to write instead. */
export class Needles {
  /** By their first characters, the longest first: it must win over one that it contains. */
  readonly #byStart = new Map<string, [needle: string, instead: string][]>();
  readonly #firsts = new Set<number>();

  add(needle: string, instead: string): void {
    if (needle.length < shortestSearched) return;
    const start = needle.slice(0, shortestSearched);
    const known = this.#byStart.get(start) ?? [];
    if (known.some(([text]) => text === needle)) return;
    known.push([needle, instead]);
    known.sort(([a], [b]) => b.length - a.length);
    this.#byStart.set(start, known);
    this.#firsts.add(needle.charCodeAt(0));
  }

  /** The text without any of them. One that a cut text ends in the middle of counts, if eight characters of it are left. */
  replaced(text: string): string {
    if (this.#byStart.size === 0 || text.length < shortestSearched) return text;
    let kept = "";
    let from = 0;
    for (let at = 0; at + shortestSearched <= text.length; at += 1) {
      if (!this.#firsts.has(text.charCodeAt(at))) continue;
      const found = this.#at(text, at);
      if (!found) continue;
      kept += text.slice(from, at) + found.instead;
      from = at + found.length;
      at = from - 1;
    }
    return from === 0 ? text : kept + text.slice(from);
  }

  #at(text: string, at: number): { readonly length: number; readonly instead: string } | undefined {
    const candidates = this.#byStart.get(text.slice(at, at + shortestSearched)) ?? [];
    for (const [needle, instead] of candidates) {
      if (text.startsWith(needle, at)) return { length: needle.length, instead };
      const rest = text.slice(at).replace(/(…|\.\.\.)$/, "");
      if (needle.startsWith(rest)) return { length: text.length - at, instead };
    }
    return undefined;
  }
}
