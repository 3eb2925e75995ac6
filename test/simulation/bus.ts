import type { Process, Schedule } from "./schedule.ts";
import type { Random } from "./random.ts";

/** A network that keeps no promise: what is sent may be lost, come twice, come late, and overtake. */
export class Bus {
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #faults: { readonly lost: number; readonly repeated: number; readonly delayed: number };
  calm = false;

  constructor(schedule: Schedule, random: Random, faults: { readonly lost: number; readonly repeated: number; readonly delayed: number }) {
    this.#schedule = schedule;
    this.#random = random;
    this.#faults = faults;
  }

  /** `reachable` is asked when the message would arrive. */
  send(to: Process | undefined, what: string, deliver: () => void, reachable: () => boolean = () => true): void {
    const random = this.#random;
    const { lost, repeated, delayed } = this.#faults;
    const [isLost, isRepeated, isLate] = [random.chance(lost), random.chance(repeated), random.chance(delayed)];
    const [onceMs, againMs] = [random.around(5), random.around(2_000)];
    const lateMs = random.around(20_000);
    if (isLost && !this.calm) return;
    const arrive = (): void => {
      if (reachable()) deliver();
    };
    this.#schedule.after(isLate && !this.calm ? lateMs : onceMs, to, what, arrive);
    if (isRepeated && !this.calm) this.#schedule.after(onceMs + againMs, to, `${what} again`, arrive);
  }
}
