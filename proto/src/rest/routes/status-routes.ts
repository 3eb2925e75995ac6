import { Type } from "typebox";
import { assignmentFields, ApplicationStatus, Assignment, statusFields } from "../assignment.ts";
import { driftTimes, fleetDriftFields, FleetDriftEpisode } from "../drift.ts";
import { clusterLabels, listOf, listQuery, maxPageSize, queryOf } from "../page.ts";
import { eventFields, auditFields, AuditEntry, Event } from "../record.ts";
import type { Route } from "../route.ts";
import { ClusterRef, Health, Id, Name, Sync } from "../words.ts";

const cluster = Type.Optional(ClusterRef);

const eventFilters = {
  kind: Type.Optional(Type.String({ maxLength: 500, description: "one kind, or several with commas" })),
  subject: Type.Optional(Type.String({ maxLength: 300, description: "exactly this one, or all that begin so when it ends in /" })),
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "the cursor of the last event seen" })),
};

export const statusRoutes = {
  listAssignments: {
    method: "GET",
    path: "/v1/assignments",
    permission: "fleet.read",
    summary: "What clusters should run",
    list: assignmentFields,
    query: queryOf({
      ...clusterLabels,
      cluster,
      application: Type.Optional(Name),
      environment: Type.Optional(Name),
      ...listQuery(assignmentFields),
    }),
    status: 200,
    answer: listOf(Assignment),
  },
  listStatuses: {
    method: "GET",
    path: "/v1/statuses",
    permission: "fleet.read",
    summary: "What agents last said of each application. Health is Unknown where the cluster is not Connected",
    list: statusFields,
    query: queryOf({
      ...clusterLabels,
      cluster,
      application: Type.Optional(Name),
      environment: Type.Optional(Name),
      health: Type.Optional(Health),
      sync: Type.Optional(Sync),
      ...listQuery(statusFields),
    }),
    status: 200,
    answer: listOf(ApplicationStatus),
  },
  listDrift: {
    method: "GET",
    path: "/v1/drift",
    permission: "fleet.read",
    summary: "When objects of any cluster differed from git, newest first; kept for 30 days, and 100,000 of each cluster",
    list: fleetDriftFields,
    query: queryOf({
      ...clusterLabels,
      cluster,
      application: Type.Optional(Name),
      environment: Type.Optional(Name),
      open: Type.Optional(Type.Boolean({ description: "only those that have not ended, or only those that have" })),
      ...driftTimes,
      ...listQuery(fleetDriftFields),
    }),
    status: 200,
    answer: listOf(FleetDriftEpisode),
  },
  listAudit: {
    method: "GET",
    path: "/v1/audit",
    permission: "audit.read",
    summary: "Who did what, newest first",
    list: auditFields,
    query: queryOf({
      object: Type.Optional(Type.String({ maxLength: 300 })),
      actor: Type.Optional(Type.String({ maxLength: 300 })),
      action: Type.Optional(Type.String({ maxLength: 100 })),
      ...listQuery(auditFields),
    }),
    status: 200,
    answer: listOf(AuditEntry),
  },
  getAuditEntry: {
    method: "GET",
    path: "/v1/audit/{auditEntry}",
    permission: "audit.read",
    summary: "One line of the audit record",
    params: Type.Object({ auditEntry: Id }),
    status: 200,
    answer: AuditEntry,
  },
  listEvents: {
    method: "GET",
    path: "/v1/events",
    permission: "fleet.read",
    summary: "Events in order, oldest first. `cursor` is where a watch, or a later list, goes on with `after`",
    list: eventFields,
    query: queryOf({
      ...eventFilters,
      tail: Type.Optional(
        Type.Integer({ minimum: 1, maximum: maxPageSize, description: "only the newest so many; not together with after or pageToken" }),
      ),
      ...listQuery(eventFields),
    }),
    status: 200,
    answer: Type.Object({ ...listOf(Event).properties, cursor: Type.String() }),
  },
  watchEvents: {
    method: "GET",
    path: "/v1/events/watch",
    permission: "fleet.read",
    summary:
      "Events as they happen (`text/event-stream`): from now on, or after `Last-Event-ID` or `after` without loss or repetition. " +
      "Also given at /v1/events to clients that accept text/event-stream",
    query: queryOf(eventFilters),
    status: 200,
    media: ["text/event-stream"],
  },
} as const satisfies Record<string, Route>;
