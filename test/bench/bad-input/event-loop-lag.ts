import { DroverError } from "@drover/kit";

/** How late the control plane's event loop came to its timers, in milliseconds. */
interface Lag {
  readonly p99: number;
  readonly max: number;
}

/** Of the time since /metrics was read before: that begins anew with each look. */
export async function lagSinceLast(metrics: () => Promise<string>): Promise<Lag> {
  const text = await metrics();
  const ms = (name: string): number => {
    const [, seconds] = new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, "m").exec(text) ?? [];
    if (seconds === undefined) throw new DroverError("internal", "BENCH_VOID", `/metrics shows no nodejs_eventloop_lag_${name}_seconds`);
    return Number(seconds) * 1_000;
  };
  return { p99: ms("p99"), max: ms("max") };
}
