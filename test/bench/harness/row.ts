import type { Environment } from "./environment.ts";
import { type Summary, summarise } from "./statistics.ts";

/** What is promised, or what cannot be beaten: of a series its percentiles, of a single figure its value. */
export interface Bounds {
  readonly p50?: number;
  readonly p99?: number;
  readonly value?: number;
}

/** One figure before it is known where it was measured. */
export interface Measurement {
  readonly id: string;
  readonly name: string;
  readonly n: number;
  readonly unit: "ms" | "µs" | "MB" | "B" | "mCPU" | "%" | "";
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
  readonly value?: number;
  /** The same work without Drover, measured in the same run. */
  readonly floor?: Bounds;
  readonly target?: Bounds;
}

/** One line of the table and of the JSON file. `met` is null where nothing is promised. */
export interface Row extends Omit<Measurement, "p50" | "p99" | "max" | "value" | "floor" | "target"> {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  readonly value: number | null;
  readonly floor: Bounds | null;
  readonly target: Bounds | null;
  readonly met: boolean | null;
  readonly environment: Environment;
}

/** A series as a measurement. */
export function series(
  about: Pick<Measurement, "id" | "name" | "target"> & { readonly floor?: readonly number[] },
  samples: readonly number[],
): Measurement {
  const { floor, ...named } = about;
  return { ...named, ...summarise(samples), unit: "ms", ...(floor === undefined ? {} : { floor: boundsOf(summarise(floor)) }) };
}

const boundsOf = ({ p50, p99 }: Summary): Bounds => ({ p50, p99 });

export function rowOf(measurement: Measurement, environment: Environment): Row {
  const { p50, p99, max, value, floor, target, ...about } = measurement;
  return {
    ...about,
    p50: p50 ?? null,
    p99: p99 ?? null,
    max: max ?? null,
    value: value ?? null,
    floor: floor ?? null,
    target: target ?? null,
    met: target === undefined ? null : isMet(measurement, target),
    environment,
  };
}

const isMet = (figures: Bounds, target: Bounds): boolean =>
  (["p50", "p99", "value"] as const).every(
    (name) => target[name] === undefined || (figures[name] ?? Number.POSITIVE_INFINITY) <= target[name],
  );
