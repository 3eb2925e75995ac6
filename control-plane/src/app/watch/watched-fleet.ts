import type { Application, BreakGlass, Environment, Event, Quarantine, Removal } from "@drover/proto/rest";
import type { Page, PageRequest } from "../page.ts";
import type { FleetReads, RemovalReads } from "../read-models.ts";
import { shortList } from "./short-list.ts";
import type { Watched } from "./watch-resource.ts";

const everything = { filter: {}, always: {} };
const textOf = (value: unknown): readonly string[] => (typeof value === "string" ? [value] : []);

export const watchedApplications = (reads: Pick<FleetReads, "listApplications">): Watched<Application> => ({
  events: { kinds: ["FleetObjectChanged"], subject: "applications/" },
  subjectsOf: ({ body }) => textOf(body["name"]),
  nameOf: ({ name }) => name,
  ...shortList(
    (_all: object, page) => reads.listApplications(page),
    ({ name }) => name,
    everything,
  ),
});

/** An environment shows how many of its clusters are connected, and what is placed in it. */
export const watchedEnvironments = (reads: Pick<FleetReads, "listEnvironments">): Watched<Environment> => ({
  events: {
    kinds: ["FleetObjectChanged", "ClusterStateChanged", "ClusterEnrolled", "ClusterRevoked", "PlacementHeld", "RolloutChanged"],
    subject: undefined,
  },
  subjectsOf: environmentsOf,
  nameOf: ({ name }) => name,
  ...shortList(
    (_all: object, page) => reads.listEnvironments(page),
    ({ name }) => name,
    everything,
  ),
});

function environmentsOf({ subject, body }: Event): readonly string[] {
  if (subject.startsWith("environments/")) return [subject.split("/")[1] ?? ""];
  return subject.startsWith("clusters/") ? ["/"] : textOf(body["environment"]);
}

export const watchedRemovals = (reads: Pick<RemovalReads, "list">): Watched<Removal> => ({
  events: { kinds: ["FleetObjectChanged", "StatusChanged", "ClusterRevoked"], subject: undefined },
  subjectsOf: removalsOf,
  nameOf: nameOfRemoval,
  ...shortList((_all: object, page) => reads.list(page), nameOfRemoval, everything),
});

const nameOfRemoval = ({ cluster, environment, application }: Removal): string => cluster ?? `${environment}/${application}`;

/** Agents say in their statuses how far they are, with one of these words. */
const removing = ["Removing", "Removed", "PruneHeld"];

function removalsOf({ kind, subject, body }: Event): readonly string[] {
  if (kind === "FleetObjectChanged") return subject.startsWith("removals/") ? textOf(body["name"]) : [];
  return kind === "ClusterRevoked" || removing.includes(String(body["reason"])) ? ["/"] : [];
}

type QuarantineFilter = { readonly application?: string };

export const watchedQuarantines = (
  list: (filter: QuarantineFilter, page: PageRequest) => Promise<Page<Quarantine>>,
  filter: QuarantineFilter,
): Watched<Quarantine> => ({
  events: { kinds: ["RevisionQuarantined", "QuarantineCommitted", "QuarantineLifted", "FleetObjectChanged"], subject: undefined },
  // A file holds all of an application's, and a row may become an entry of it.
  subjectsOf: ({ kind, subject, body }) => {
    if (kind === "FleetObjectChanged" && !subject.startsWith("quarantines/")) return [];
    const [application, revision] = [textOf(body["application"]), textOf(body["revision"])];
    return ["/", ...revision.map((one) => `${application.join("")}@${one}`)];
  },
  nameOf: ({ id }) => id,
  ...shortList(list, ({ id }) => id, { filter, always: {} }),
});

type BreakGlassFilter = { readonly environment?: string | undefined };

export const watchedBreakGlass = (
  list: (filter: BreakGlassFilter, page: PageRequest) => Promise<Page<BreakGlass>>,
  filter: BreakGlassFilter,
): Watched<BreakGlass> => ({
  events: { kinds: ["BreakGlassBegun", "BreakGlassEnded"], subject: "break-glass/" },
  subjectsOf: ({ subject }) => [subject.slice("break-glass/".length)],
  nameOf: ({ id }) => id,
  ...shortList(list, ({ id }) => id, { filter, always: {} }),
});
