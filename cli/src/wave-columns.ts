import type { Wave } from "@drover/proto/rest";
import { total } from "./output/cell-text.ts";
import type { Column } from "./output/columns.ts";

/** Of the clusters that were dispatched in each wave. */
export const waveColumns: readonly Column<Wave>[] = [
  { head: "WAVE", cell: ({ name, index }) => name ?? index },
  { head: "DONE", cell: ({ targets }) => `${targets.Succeeded + targets.Unchanged}/${total(targets) - targets.Left}` },
  { head: "IN FLIGHT", cell: ({ targets }) => targets.InFlight },
  { head: "OFFLINE", cell: ({ targets }) => targets.Offline },
  { head: "FAILED", cell: ({ targets }) => targets.Failed },
  { head: "SKIPPED", cell: ({ targets }) => targets.Skipped },
];
