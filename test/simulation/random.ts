/** Chance that a seed decides: the same seed, the same choices. Each user takes a fork of its own, so that one's draws do not move another's. */
export class Random {
  readonly #name: string;
  #state: number;

  constructor(seed: number | string) {
    this.#name = String(seed);
    this.#state = hashText(this.#name);
  }

  fork(name: string): Random {
    return new Random(`${this.#name}/${name}`);
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(of: readonly T[]): T | undefined {
    const draw = this.next();
    return of[Math.floor(draw * of.length)];
  }

  /** For waits whose mean is known: many short ones, a few long ones. */
  around(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

/** FNV-1a over UTF-16 units. Going on from `hash` makes one hash of many texts. */
export function hashText(text: string, hash = 0x811c9dc5): number {
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
