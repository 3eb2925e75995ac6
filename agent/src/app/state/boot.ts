import { toDroverError } from "@drover/kit";
import { type SecretRecords, stateLabel } from "./secret-records.ts";

const name = "drover-boot";

/** Counts this start, by compare-and-set: two processes that start at once get different numbers, and reports sort by them. */
export async function raiseBoot(records: SecretRecords, signal: AbortSignal): Promise<number> {
  for (;;) {
    const stored = await records.read(name, signal);
    const boot = Number(stored?.data["boot"]?.toString() ?? 0) + 1;
    try {
      await records.write(
        { name, data: { boot: Buffer.from(String(boot)) }, labels: { [stateLabel]: "boot" } },
        stored?.resourceVersion,
        signal,
      );
      return boot;
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code !== "KUBE_STALE" && code !== "KUBE_EXISTS") throw thrown;
    }
  }
}
