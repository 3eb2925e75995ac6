/**
 * Runs work with at most `limit` pieces at once and never two of one key. Healing is urgent and overtakes a bundle's
 * thousand objects; within a key the order of arrival holds.
 */
export class KeyedWork {
  readonly #limit: number;
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isBusy(key: string): boolean {
    return this.#tails.has(key);
  }

  async run<T>(key: string, work: () => Promise<T>, priority: "urgent" | "normal" = "normal"): Promise<T> {
    const before = this.#tails.get(key);
    const mine = (before ?? Promise.resolve()).then(() => this.#inSlot(work, priority));
    const settled = mine.then(ignore, ignore);
    this.#tails.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === settled) this.#tails.delete(key);
    }
  }

  async #inSlot<T>(work: () => Promise<T>, priority: "urgent" | "normal"): Promise<T> {
    if (this.#running >= this.#limit)
      await new Promise<void>((resolve) => void (priority === "urgent" ? this.#waiting.unshift(resolve) : this.#waiting.push(resolve)));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

const ignore = (): void => {};
