import { Type } from "typebox";
import { listOf, listQuery, queryOf } from "../page.ts";
import { quarantineFields, LiftedQuarantine, LiftQuarantine, Quarantine } from "../quarantine.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { Name } from "../words.ts";

const ofQuarantine = Type.Object({ quarantine: Type.String({ minLength: 1, maxLength: 400 }) });

export const quarantineRoutes = {
  listQuarantines: {
    method: "GET",
    path: "/v1/quarantines",
    permission: "fleet.read",
    summary: "What nobody may roll out, by application, and which rollback or person said so",
    list: quarantineFields,
    query: queryOf({ application: Type.Optional(Name), ...listQuery(quarantineFields) }),
    status: 200,
    answer: listOf(Quarantine),
  },
  getQuarantine: {
    method: "GET",
    path: "/v1/quarantines/{quarantine}",
    permission: "fleet.read",
    summary: "One quarantine",
    params: ofQuarantine,
    status: 200,
    answer: Quarantine,
  },
  liftQuarantine: {
    method: "POST",
    path: "/v1/quarantines/{quarantine}/lift",
    permission: "rollout.control",
    summary: "Allows it again: of a revision by a commit in the fleet repository. Nothing moves by itself",
    params: ofQuarantine,
    ...rehearsed,
    body: LiftQuarantine,
    status: 200,
    answer: LiftedQuarantine,
  },
} as const satisfies Record<string, Route>;
