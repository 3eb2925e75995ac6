import { circleFrom } from "./circle.ts";

/** One that stands in line. */
export interface Waiter {
  readonly key: string;
  /** Those of lower rank are taken first. */
  readonly rank: number;
  /** Keys of the others in line that have to be taken before. */
  readonly after: readonly string[];
}

/** Who waits for whom, and who is next. Taking all of them costs time in proportion to their number and what they wait for. */
export class Line {
  readonly #ranks = new Map<string, number>();
  readonly #waiting = new Map<string, Set<string>>();
  readonly #dependents = new Map<string, string[]>();
  readonly #ready: string[][];

  constructor(waiters: readonly Waiter[], rankCount: number) {
    this.#ready = Array.from({ length: rankCount }, () => []);
    for (const { key, rank, after } of waiters) {
      this.#ranks.set(key, rank);
      if (after.length === 0) this.#ready[rank]?.push(key);
      else this.#waiting.set(key, new Set(after));
      for (const other of after) this.#dependOn(other, key);
    }
  }

  #dependOn(other: string, key: string): void {
    const dependents = this.#dependents.get(other);
    if (dependents) dependents.push(key);
    else this.#dependents.set(other, [key]);
  }

  /** All of the lowest rank that wait for nobody any more; empty when everybody left waits for somebody, or nobody is left. */
  takeReady(): readonly string[] {
    const rank = this.#ready.findIndex((keys) => keys.length > 0);
    const keys = this.#ready[rank] ?? [];
    if (rank >= 0) this.#ready[rank] = [];
    for (const key of keys) this.#release(key);
    return keys;
  }

  /** Where everybody left waits for somebody left, some of them wait for each other: one such circle, in order. */
  takeCircle(): readonly string[] | undefined {
    const [first] = this.#waiting.keys();
    const circle = first === undefined ? undefined : circleFrom(first, (key) => this.#waiting.get(key)?.values().next().value);
    for (const key of circle ?? []) this.#waiting.delete(key);
    for (const key of circle ?? []) this.#release(key);
    return circle;
  }

  #release(key: string): void {
    for (const dependent of this.#dependents.get(key) ?? []) {
      const open = this.#waiting.get(dependent);
      open?.delete(key);
      if (open?.size !== 0) continue;
      this.#waiting.delete(dependent);
      this.#ready[this.#ranks.get(dependent) ?? 0]?.push(dependent);
    }
  }
}
