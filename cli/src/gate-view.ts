import type { RolloutGate } from "@drover/proto/rest";
import type { View } from "./output/print.ts";

export const gateView: View<RolloutGate> = {
  kind: "gate",
  name: ({ gate }) => gate,
  columns: [
    { head: "WAVE", cell: ({ wave }) => wave },
    { head: "WHEN", cell: ({ when }) => when },
    { head: "GATE", cell: ({ gate }) => gate },
    { head: "TYPE", cell: ({ type }) => type },
    { head: "STATE", cell: ({ state }) => state },
    { head: "MESSAGE", cell: ({ message }) => message },
    { head: "ATTEMPT", cell: ({ attempt }) => String(attempt), wide: true },
    { head: "NEXT", cell: ({ nextAt }) => nextAt, wide: true },
  ],
};
