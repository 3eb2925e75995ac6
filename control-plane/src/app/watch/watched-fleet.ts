import type { Application, BreakGlass, Environment, Event, Quarantine, Removal } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";
import type { FleetReads, RemovalReads } from "../read-models.ts";
import { narrowedList, whole } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const textOf = (value: unknown): readonly string[] => (typeof value === "string" ? [value] : []);

export const watchedApplications = (reads: Pick<FleetReads, "listApplications">, asked: ListRequest): Watched<Application> => ({
  events: { kinds: ["FleetObjectChanged"], subject: "applications/" },
  subjectsOf: ({ body }) => textOf(body["name"]),
  nameOf: ({ name }) => name,
  keyOf: ({ name }) => name,
  ...narrowedList(reads.listApplications, asked, (names) => ({ name: names })),
});

/** An environment shows how many of its clusters are connected, and what is placed in it. */
export const watchedEnvironments = (reads: Pick<FleetReads, "listEnvironments">, asked: ListRequest): Watched<Environment> => ({
  events: {
    kinds: ["FleetObjectChanged", "ClusterStateChanged", "ClusterEnrolled", "ClusterRevoked", "PlacementHeld", "RolloutChanged"],
    subject: undefined,
  },
  subjectsOf: environmentsOf,
  nameOf: ({ name }) => name,
  keyOf: ({ name }) => name,
  ...narrowedList(reads.listEnvironments, asked, (names) => ({ name: names })),
});

function environmentsOf({ subject, body }: Event): readonly string[] {
  if (subject.startsWith("environments/")) return [subject.split("/")[1] ?? ""];
  return subject.startsWith("clusters/") ? ["/"] : textOf(body["environment"]);
}

export const watchedRemovals = (reads: Pick<RemovalReads, "list">, asked: ListRequest): Watched<Removal> => ({
  events: { kinds: ["FleetObjectChanged", "StatusChanged", "ClusterRevoked"], subject: undefined },
  subjectsOf: removalsOf,
  nameOf: nameOfRemoval,
  keyOf: nameOfRemoval,
  ...narrowedList(reads.list, asked, whole),
});

const nameOfRemoval = ({ cluster, environment, application }: Removal): string => cluster ?? `${environment}/${application}`;

/** Agents say in their statuses how far they are, with one of these words. */
const removing = ["Removing", "Removed", "PruneHeld"];

function removalsOf({ kind, subject, body }: Event): readonly string[] {
  if (kind === "FleetObjectChanged") return subject.startsWith("removals/") ? textOf(body["name"]) : [];
  return kind === "ClusterRevoked" || removing.includes(String(body["reason"])) ? ["/"] : [];
}

export const watchedQuarantines = (list: (request: ListRequest) => Promise<Page<Quarantine>>, asked: ListRequest): Watched<Quarantine> => ({
  events: { kinds: ["RevisionQuarantined", "QuarantineCommitted", "QuarantineLifted", "FleetObjectChanged"], subject: undefined },
  // A file holds all of an application's, and a row may become an entry of it.
  subjectsOf: ({ kind, subject, body }) => {
    if (kind === "FleetObjectChanged" && !subject.startsWith("quarantines/")) return [];
    const [application, revision] = [textOf(body["application"]), textOf(body["revision"])];
    return ["/", ...revision.map((one) => `${application.join("")}@${one}`)];
  },
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(list, asked, (ids) => ({ id: ids })),
});

export const watchedBreakGlass = (list: (request: ListRequest) => Promise<Page<BreakGlass>>, asked: ListRequest): Watched<BreakGlass> => ({
  events: { kinds: ["BreakGlassBegun", "BreakGlassEnded"], subject: "break-glass/" },
  subjectsOf: ({ subject }) => [subject.slice("break-glass/".length)],
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(list, asked, (ids) => ({ id: ids })),
});
