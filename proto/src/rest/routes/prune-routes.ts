import { Type } from "typebox";
import { listOf, listQuery, queryOf } from "../page.ts";
import { heldPruneFields, HeldPrune, NewPruneApproval, PruneApproval } from "../prune.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { Name } from "../words.ts";

export const pruneRoutes = {
  listHeldPrunes: {
    method: "GET",
    path: "/v1/held-prunes",
    permission: "fleet.read",
    summary: "Deletions that agents hold back until somebody approves exactly this list of objects",
    list: heldPruneFields,
    query: queryOf({ application: Type.Optional(Name), environment: Type.Optional(Name), ...listQuery(heldPruneFields) }),
    status: 200,
    answer: listOf(HeldPrune),
  },
  getHeldPrune: {
    method: "GET",
    path: "/v1/held-prunes/{heldPrune}",
    permission: "fleet.read",
    summary: "One list of deletions, while any cluster holds it",
    params: Type.Object({ heldPrune: Type.String({ minLength: 1, maxLength: 300 }) }),
    status: 200,
    answer: HeldPrune,
  },
  createPruneApproval: {
    method: "POST",
    path: "/v1/prune-approvals",
    permission: "promotion.create",
    summary: "Releases one list of deletions for every cluster of an application in an environment that holds exactly this list",
    ...rehearsed,
    body: NewPruneApproval,
    status: 201,
    answer: PruneApproval,
  },
} as const satisfies Record<string, Route>;
