import { Type } from "typebox";
import { gateFields, DecideGate, GateWave, RolloutGate } from "../gate.ts";
import { listOf, listQuery, queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { Id, Name } from "../words.ts";

const gate = Type.Object({ rollout: Id, gate: Name });

export const gateRoutes = {
  listRolloutGates: {
    method: "GET",
    path: "/v1/rollouts/{rollout}/gates",
    permission: "fleet.read",
    summary: "The gates of a rollout that were opened, with what was measured and said of them, in the order in which they were opened",
    params: Type.Object({ rollout: Id }),
    list: gateFields,
    query: queryOf(listQuery(gateFields)),
    status: 200,
    answer: listOf(RolloutGate),
  },
  getRolloutGate: {
    method: "GET",
    path: "/v1/rollouts/{rollout}/gates/{gate}",
    permission: "fleet.read",
    summary: "One gate of a rollout that was opened",
    params: gate,
    query: queryOf({ wave: Type.Optional(GateWave) }),
    status: 200,
    answer: RolloutGate,
  },
  approveGate: {
    method: "POST",
    path: "/v1/rollouts/{rollout}/gates/{gate}/approve",
    permission: "gate.approve",
    summary:
      "Approves a change at a gate of type Approval. The caller has to be granted it in the rollout's environment, and counts once; nobody approves a change of his own",
    params: gate,
    ...rehearsed,
    body: DecideGate,
    status: 200,
    answer: RolloutGate,
  },
  rejectGate: {
    method: "POST",
    path: "/v1/rollouts/{rollout}/gates/{gate}/reject",
    permission: "gate.approve",
    summary: "Rejects a change at a gate of type Approval, which fails the gate",
    params: gate,
    ...rehearsed,
    body: DecideGate,
    status: 200,
    answer: RolloutGate,
  },
  overrideGate: {
    method: "POST",
    path: "/v1/rollouts/{rollout}/gates/{gate}/override",
    permission: "restriction.override",
    summary: "Passes a gate over, whatever it measured. The caller has to be granted it in the rollout's environment. Safe to repeat",
    params: gate,
    ...rehearsed,
    body: DecideGate,
    status: 200,
    answer: RolloutGate,
  },
} as const satisfies Record<string, Route>;
