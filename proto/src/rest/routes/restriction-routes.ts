import { Type } from "typebox";
import { listOf, listQuery, queryOf } from "../page.ts";
import { breakGlassFields, BreakGlass, EmergencyStop, EndBreakGlass, NewBreakGlass, StopFleet } from "../restriction.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { Id, Name } from "../words.ts";

const ofBreakGlass = Type.Object({ breakGlass: Id });

export const restrictionRoutes = {
  createBreakGlass: {
    method: "POST",
    path: "/v1/break-glass",
    permission: "restriction.override",
    summary:
      "Sets freezes and closed windows aside for at most 24 hours, loudly: in the audit record, in events and in every `why` of the place",
    ...rehearsed,
    body: NewBreakGlass,
    status: 201,
    answer: BreakGlass,
    location: "/v1/break-glass/{id}",
  },
  listBreakGlass: {
    method: "GET",
    path: "/v1/break-glass",
    permission: "fleet.read",
    summary: "Who set freezes and windows aside, newest first",
    list: breakGlassFields,
    query: queryOf({
      environment: Type.Optional(Name),
      open: Type.Optional(Type.Boolean({ description: "only those in force" })),
      ...listQuery(breakGlassFields),
    }),
    status: 200,
    answer: listOf(BreakGlass),
  },
  getBreakGlass: {
    method: "GET",
    path: "/v1/break-glass/{breakGlass}",
    permission: "fleet.read",
    summary: "One exception: where, by whom, why, and until when",
    params: ofBreakGlass,
    status: 200,
    answer: BreakGlass,
  },
  endBreakGlass: {
    method: "POST",
    path: "/v1/break-glass/{breakGlass}/end",
    permission: "restriction.override",
    summary: "Ends it before its time. Safe to repeat",
    params: ofBreakGlass,
    ...rehearsed,
    body: EndBreakGlass,
    status: 200,
    answer: BreakGlass,
  },
  stopFleet: {
    method: "POST",
    path: "/v1/stop",
    permission: "restriction.override",
    summary:
      "Emergency stop: nothing is dispatched to any cluster until it is released; clusters already dispatched finish. Safe to repeat",
    ...rehearsed,
    body: StopFleet,
    status: 200,
    answer: EmergencyStop,
  },
  releaseStop: {
    method: "POST",
    path: "/v1/stop/release",
    permission: "restriction.override",
    summary: "Releases the emergency stop; rollouts go on where they stood. Safe to repeat",
    ...rehearsed,
    body: StopFleet,
    status: 200,
    answer: EmergencyStop,
  },
  getStop: {
    method: "GET",
    path: "/v1/stop",
    permission: "fleet.read",
    summary: "Whether the emergency stop holds, since when, by whom and why",
    status: 200,
    answer: EmergencyStop,
  },
} as const satisfies Record<string, Route>;
