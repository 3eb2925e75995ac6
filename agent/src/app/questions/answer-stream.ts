import { type AnswerChunk, nkeyFromSeed, type Query, queryLimits, signAnswerChunk } from "@drover/proto/wire";
import type { ControlPlane } from "../control-plane.ts";
import type { Enrolled } from "../enrol.ts";

interface Deps {
  readonly controlPlane: ControlPlane;
  readonly current: () => Enrolled;
}

type End = { readonly error?: { readonly code: string; readonly message: string } };

/**
 * One answer on its way: a chunk is sent when the one before has been received, so nothing is buffered but the chunk itself.
 * Every method answers whether anybody waits for more; they throw when nobody says so within the link's deadline.
 */
export class AnswerStream {
  readonly #query: Query;
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  #index = 0;

  constructor(query: Query, deps: Deps, signal: AbortSignal) {
    this.#query = query;
    this.#deps = deps;
    this.#signal = signal;
  }

  async send(text: string): Promise<boolean> {
    for (const piece of pieces(text)) if (!(await this.#send({ text: piece, last: false }))) return false;
    return true;
  }

  /** Sends the text and says that this was all. */
  async finish(text: string, { error }: End = {}): Promise<void> {
    const all = [...pieces(text)];
    const lastPiece = all.pop() ?? "";
    for (const piece of all) if (!(await this.#send({ text: piece, last: false }))) return;
    await this.#send({ text: lastPiece, last: true, ...(error === undefined ? {} : { error }) });
  }

  async #send(part: Pick<AnswerChunk, "text" | "last" | "error">): Promise<boolean> {
    const { controlPlane, current } = this.#deps;
    const { cluster, id } = this.#query;
    const chunk: AnswerChunk = { cluster, id, index: this.#index++, ...part };
    const signed = signAnswerChunk(chunk, nkeyFromSeed("user", current().seed.reveal()));
    const { kind } = await controlPlane.answer(signed, this.#signal);
    return kind === "continue";
  }
}

/** As many characters as a chunk may have, never half of one; an empty text is one empty piece. */
function* pieces(text: string): Generator<string> {
  const most = queryLimits.chunkCharacters;
  let from = 0;
  do {
    let to = Math.min(text.length, from + most);
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to -= 1;
    yield text.slice(from, to);
    from = to;
  } while (from < text.length);
}
