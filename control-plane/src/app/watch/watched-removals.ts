import type { Event, HeldPrune, Removal } from "@drover/proto/rest";
import { type ListRequest, unfiltered } from "../page.ts";
import type { RemovalReads } from "../read-models.ts";
import type { PruneApprovals } from "../removal/approve-prune.ts";
import { textOf } from "./event-body.ts";
import { everyPage } from "./every-page.ts";
import { isCreation } from "./watched-fleet-objects.ts";
import { narrowedList, whole } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

export const watchedRemovals = (reads: Pick<RemovalReads, "list">, asked: ListRequest): Watched<Removal> => ({
  events: {
    kinds: ["FleetObjectChanged", "AssignmentChanged", "StatusChanged", "StatusUpdated", "ClusterStateChanged", "ClusterRevoked"],
    subject: undefined,
  },
  subjectsOf: removalsOf,
  creates: isCreation,
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(reads.list, asked, whole),
});

/** Agents say in their statuses how far they are, with one of these words. */
const removing = ["Removing", "Removed", "PruneHeld"];

function removalsOf({ kind, subject, body }: Event): readonly string[] {
  if (kind === "FleetObjectChanged") return subject.startsWith("removals/") ? textOf(body["name"]).map(idOfFile) : [];
  return kind === "StatusChanged" && !removing.includes(String(body["reason"])) ? [] : ["/"];
}

/** A place's file is called `<environment>/<application>`, a cluster's by its name. */
const idOfFile = (name: string): string => name.split("/").toReversed().join("@");

/** Clusters with the same list of deletions are one entry, which says how many they are. There are few at any time. */
export const watchedHeldPrunes = (list: PruneApprovals["listHeld"], asked: ListRequest): Watched<HeldPrune> => ({
  events: {
    kinds: ["StatusChanged", "StatusUpdated", "AssignmentChanged", "TargetChanged", "ClusterJoined", "PruneApproved", "PruneApprovalEnded"],
    subject: undefined,
  },
  subjectsOf: ({ body }) => ["/", ...textOf(body["wasHeld"]).map((hash) => [body["application"], body["environment"], hash].join("@"))],
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(list, asked, whole),
  // A newer generation takes a list out of force, and does not know what it was.
  existing: () => everyPage((page) => list(unfiltered(page), "Reported")),
});
