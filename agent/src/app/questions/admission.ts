import type { QueryKind } from "@drover/proto/wire";

/** Logs are few bytes for long, everything else much work for a short time. */
const atOnce = { logs: 8, others: 4 } as const;
const maxRemembered = 10_000;

export type Admission = "admitted" | "busy" | "replayed";

/** Which questions are taken on. Ids are remembered until nobody could ask with them again. */
export class Admissions {
  readonly #expiries = new Map<string, number>();
  #logs = 0;
  #others = 0;

  /** `untilMs` and `nowMs` by the same clock. A busy agent remembers nothing, so that the asker may send the same question again. */
  admit(id: string, kind: QueryKind, untilMs: number, nowMs: number): Admission {
    for (const [known, expiresAtMs] of this.#expiries) if (expiresAtMs <= nowMs) this.#expiries.delete(known);
    if (this.#expiries.has(id)) return "replayed";
    const isFull = kind === "logs" ? this.#logs >= atOnce.logs : this.#others >= atOnce.others;
    if (isFull || this.#expiries.size >= maxRemembered) return "busy";
    this.#expiries.set(id, untilMs);
    if (kind === "logs") this.#logs += 1;
    else this.#others += 1;
    return "admitted";
  }

  finished(kind: QueryKind): void {
    if (kind === "logs") this.#logs -= 1;
    else this.#others -= 1;
  }
}
