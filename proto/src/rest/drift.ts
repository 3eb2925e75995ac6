import { Type, type Static } from "typebox";
import { ClusterIdText } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { Name, Time } from "./words.ts";

/** One time that an object differed from git. Open while `endedAt` is absent. */
export const DriftEpisode = Type.Object(
  {
    application: Name,
    object: Type.Object({ group: Type.String(), kind: Type.String(), namespace: Type.Optional(Type.String()), name: Type.String() }),
    change: Type.Enum(["Deleted", "Recreated", "Edited", "Disowned", "Added"], { type: "string" }),
    startedAt: Time,
    endedAt: Type.Optional(Time),
    fields: Type.Array(Type.String(), { description: "such as .spec.replicas; the first ten" }),
    actor: Type.Optional(Type.String({ description: "the field manager that was there last" })),
    action: Type.Enum(["Healed", "Reported", "Failed", "Ended"], {
      type: "string",
      description: "what the agent did: Healed it, only Reported it, Failed to heal it; or it Ended by itself",
    }),
  },
  { $id: "DriftEpisode" },
);
export type DriftEpisode = Static<typeof DriftEpisode>;

/** An episode's own members and those of its object. */
const Flat = Type.Object({ ...DriftEpisode.properties, ...DriftEpisode.properties.object.properties });
export const driftFields = listFields(Flat, {
  sorted: ["startedAt", "application", "kind"],
  filtered: ["endedAt", "change", "action", "actor", "fields", "group", "namespace", "name"],
});

/** Query of every list of episodes. */
export const driftTimes = {
  since: Type.Optional(Type.String({ format: "date-time", description: "only what had not ended before" })),
  until: Type.Optional(Type.String({ format: "date-time", description: "only what had begun by then" })),
};

/** The same, of whichever cluster. */
export const FleetDriftEpisode = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    environment: Type.Optional({
      ...Name,
      description: "that the cluster has the application from now; absent when it has it no more",
    } as typeof Name),
    ...DriftEpisode.properties,
  },
  { $id: "FleetDriftEpisode" },
);
export type FleetDriftEpisode = Static<typeof FleetDriftEpisode>;

const FlatOfFleet = Type.Object({ ...FleetDriftEpisode.properties, ...DriftEpisode.properties.object.properties });
export const fleetDriftFields = listFields(FlatOfFleet, {
  sorted: ["startedAt", "cluster", "application", "kind"],
  filtered: ["clusterId", "environment", "endedAt", "change", "action", "actor", "fields", "group", "namespace", "name"],
});
