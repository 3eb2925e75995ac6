import type { Cli } from "../cli.ts";
import { harmless } from "./harmless.ts";

const escape = "\u001b[";
const usualRows = 24;

/** Text in a terminal that is shown again and again in its place: only lines that changed are written, so that nothing flickers. */
export class Redraw {
  readonly #cli: Cli;
  #shown: readonly string[] = [];
  #size = "";

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  show(text: string): void {
    const lines = this.#fit(harmless(text).replace(/\n$/, "").split("\n"));
    const isMoved = this.#isResized();
    const before = isMoved ? [] : this.#shown;
    const changes = lines.map((line, index) => (line === before[index] ? undefined : line));
    let drawn = isMoved ? `${escape}H${escape}2J` : before.length === 0 ? "" : `${escape}${before.length}A`;
    for (const line of changes) drawn += line === undefined ? "\n" : `\r${line}${escape}K\n`;
    if (before.length > lines.length) drawn += `${escape}J`;
    if (before.length === lines.length && changes.every((line) => line === undefined)) return;
    this.#shown = lines;
    // In one piece, shown in one piece where the terminal can, and without wrapping: a line that took two rows would be missed next time.
    const write = this.#cli.outScreen ?? this.#cli.out;
    write(`${escape}?2026h${escape}?7l${drawn}${escape}?7h${escape}?2026l`);
  }

  /** A terminal that got another size has put its lines elsewhere: nobody knows where, so all is drawn anew from its top. */
  #isResized(): boolean {
    const before = this.#size;
    this.#size = `${this.#cli.columns?.() ?? 0}x${this.#cli.rows?.() ?? 0}`;
    return this.#shown.length > 0 && before !== this.#size;
  }

  /** A line above the screen's top could not be reached again. */
  #fit(lines: readonly string[]): readonly string[] {
    const most = Math.max(2, (this.#cli.rows?.() ?? usualRows) - 1);
    return lines.length <= most ? lines : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more; choose fewer, or pipe it`];
  }
}
