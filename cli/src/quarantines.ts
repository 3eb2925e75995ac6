import { DroverError, formatAge, shortRevision } from "@drover/kit";
import type { Client, Quarantine } from "@drover/proto/rest";
import { allPages } from "./cli.ts";
import type { View } from "./output/print.ts";

export const quarantineView: View<Quarantine> = {
  kind: "quarantine",
  name: ({ id }) => id,
  columns: [
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "REVISION", cell: ({ kind, revision, id }) => (kind === "Content" ? id : shortRevision(revision)) },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "STATE", cell: ({ state }) => state },
    { head: "AGE", cell: ({ createdAt }) => (createdAt === undefined ? undefined : formatAge(Date.now() - Date.parse(createdAt))) },
    { head: "REASON", cell: ({ reason }) => reason },
    { head: "ROLLOUT", cell: ({ rolloutId }) => rolloutId, wide: true },
    { head: "ERROR", cell: ({ error }) => error?.message, wide: true },
  ],
};

export const quarantinesOf = (client: Client, application: string | undefined): Promise<readonly Quarantine[]> =>
  allPages((pageToken) =>
    client("listQuarantines", { query: { ...(application !== undefined && { application }), pageSize: 500, pageToken } }),
  );

const shortest = 7;

/** The one that is meant by its id, or by the beginning of its revision. */
export function theQuarantine(all: readonly Quarantine[], given: string): Quarantine {
  const found = all.filter(
    ({ id, revision }) => id === given || revision === given || (given.length >= shortest && revision.startsWith(given)),
  );
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new DroverError(
    "not-found",
    "QUARANTINE_NOT_FOUND",
    `quarantine ${given}: ${one === undefined ? "nothing is quarantined by that name" : "more than one is meant"}; \`drover get quarantines\` shows what is`,
  );
}
