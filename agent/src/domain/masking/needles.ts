import { shortestSearched } from "./secret-values.ts";

/**
 * Texts to look for in other texts, and what to write instead. Answers are megabytes and needles hundreds, so a place is looked at
 * twice only where four characters fit.
 */
export class Needles {
  /** By their first characters, the longest first: it must win over one that it contains. */
  readonly #byStart = new Map<string, [needle: string, instead: string][]>();
  readonly #begins = new Set<number>();

  add(needle: string, instead: string): void {
    if (needle.length < shortestSearched) return;
    const start = needle.slice(0, shortestSearched);
    const known = this.#byStart.get(start) ?? [];
    if (known.some(([text]) => text === needle)) return;
    known.push([needle, instead]);
    known.sort(([a], [b]) => b.length - a.length);
    this.#byStart.set(start, known);
    let firstFour = 0;
    for (let at = 0; at < 4; at += 1) firstFour = next(firstFour, needle.charCodeAt(at));
    this.#begins.add(firstFour);
  }

  /** The text without any of them. One that a cut text ends in the middle of counts, if eight characters of it are left. */
  replaced(text: string): string {
    if (this.#byStart.size === 0 || text.length < shortestSearched) return text;
    let kept = "";
    let from = 0;
    let lastFour = 0;
    for (let end = 0; end < text.length; end += 1) {
      lastFour = next(lastFour, text.charCodeAt(end));
      const at = end - 3;
      if (at < from || !this.#begins.has(lastFour)) continue;
      const found = this.#at(text, at);
      if (!found) continue;
      kept += text.slice(from, at) + found.instead;
      from = at + found.length;
      end = from - 1;
      lastFour = 0;
    }
    return from === 0 ? text : kept + text.slice(from);
  }

  #at(text: string, at: number): { readonly length: number; readonly instead: string } | undefined {
    const candidates = this.#byStart.get(text.slice(at, at + shortestSearched)) ?? [];
    for (const [needle, instead] of candidates) {
      if (text.startsWith(needle, at)) return { length: needle.length, instead };
      const rest = text.slice(at).replace(/(\u2026|\.\.\.)$/, "");
      if (needle.startsWith(rest)) return { length: text.length - at, instead };
    }
    return undefined;
  }
}

/** The low bytes of the last four characters as one number. */
const next = (lastFour: number, unit: number): number => (lastFour << 8) | (unit & 0xff);
