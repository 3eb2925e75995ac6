import type { HealthCounts } from "@drover/proto/rest";
import type { Health } from "@drover/proto/wire";

export interface HealthRow {
  readonly health: Health;
  readonly count: number;
}

/** Every word has a number, also when nothing is in that health. */
export function healthCounts(rows: readonly HealthRow[]): HealthCounts {
  const counts = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
  for (const { health, count } of rows) counts[health] += count;
  return counts;
}
