import type { Environment, Event, Placement } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { FleetReads } from "../read-models.ts";
import { textOf } from "./event-body.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** An environment shows how many of its clusters are connected, and what is placed in it. */
export const watchedEnvironments = (reads: Pick<FleetReads, "listEnvironments">, asked: ListRequest): Watched<Environment> => ({
  events: {
    kinds: ["FleetObjectChanged", "ClusterStateChanged", "ClusterEnrolled", "ClusterRevoked", "PlacementChanged"],
    subject: undefined,
  },
  subjectsOf: environmentsOf,
  creates: ({ body }) => body["kind"] === "Environment" && body["change"] === "Created",
  nameOf: ({ name }) => name,
  keyOf: ({ name }) => name,
  ...narrowedList(reads.listEnvironments, asked, (names) => ({ name: names })),
});

function environmentsOf({ subject, body }: Event): readonly string[] {
  if (subject.startsWith("environments/")) return [subject.split("/")[1] ?? ""];
  return subject.startsWith("clusters/") ? ["/"] : textOf(body["environment"]);
}

/** Whatever moves a place's numbers says whose it is; where git or a cluster moves, any place may be meant. */
const placeKinds = [
  "FleetObjectChanged",
  "PlacementChanged",
  "RolloutChanged",
  "TargetChanged",
  "ClusterJoined",
  "AssignmentChanged",
  "StatusChanged",
  "StatusUpdated",
  "ClusterStateChanged",
  "ClusterEnrolled",
  "ClusterRevoked",
  "SourceMoved",
  "SourceHeld",
];

/** What is the same in all places that a list is of. */
type Half = { readonly application: string } | { readonly environment: string };

export const watchedPlacements = (reads: Pick<FleetReads, "listPlacements">, of: Half, asked: ListRequest): Watched<Placement> => ({
  events: { kinds: placeKinds, subject: undefined },
  subjectsOf: (event) => placesOf(event).filter((place) => mayBeOf(of, place)),
  nameOf: placeName,
  keyOf: placeName,
  ...narrowedList(
    (request) => reads.listPlacements({ ...request, only: { ...onlyOf(of), ...request.only } }),
    asked,
    (places) => {
      const parts = places.map((place) => place.split("/", 2));
      return { environment: parts.map(([environment = ""]) => environment), application: parts.map(([, application = ""]) => application) };
    },
  ),
});

const placeName = ({ environment, application }: Placement): string => `${environment}/${application}`;

function placesOf({ kind, subject, body }: Event): readonly string[] {
  const [environment, application] = [body["environment"], body["application"]];
  if (typeof environment === "string" && typeof application === "string") return [`${environment}/${application}`];
  if (kind !== "FleetObjectChanged") return ["/"];
  if (body["kind"] === "Pin") return textOf(body["name"]);
  const [folder = ""] = subject.split("/", 1);
  return folder === "applications" || folder === "environments" ? ["/"] : [];
}

const onlyOf = (of: Half): NonNullable<ListRequest["only"]> =>
  "application" in of ? { application: [of.application] } : { environment: [of.environment] };

const mayBeOf = (of: Half, place: string): boolean =>
  place === "/" || ("application" in of ? place.endsWith(`/${of.application}`) : place.startsWith(`${of.environment}/`));
