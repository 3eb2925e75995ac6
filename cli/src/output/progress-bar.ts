import type { Cli } from "../cli.ts";
import { drawBar } from "./bar.ts";

const cells = 30;
const clearLine = "\r\u001b[K";

/** How far long work is, on a terminal alone: where it is piped nobody wants to read it. */
export class ProgressBar {
  readonly #cli: Cli;
  readonly #what: string;
  readonly #of: number;

  constructor(cli: Cli, what: string, of: number) {
    this.#cli = cli;
    this.#what = what;
    this.#of = of;
  }

  show(done: number): void {
    if (this.#isWanted()) this.#cli.draw?.(`${clearLine}${this.#what} ${drawBar({ done, of: this.#of }, cells)} ${done}/${this.#of}`);
  }

  /** Leaves the terminal as it was. */
  end(): void {
    if (this.#isWanted()) this.#cli.draw?.(clearLine);
  }

  #isWanted(): boolean {
    return this.#cli.isTerminal && this.#of > 1;
  }
}
