import { formatAge, plural } from "@drover/kit";
import type {
  Application,
  ApiToken,
  BreakGlass,
  Cluster,
  DriftEpisode,
  Environment,
  FleetDriftEpisode,
  HistoryEntry,
  HeldPrune,
  Outlier,
  Release,
  Removal,
  Rollout,
  RolloutTarget,
  TimelineEntry,
} from "@drover/proto/rest";
import type { ObjectEvent } from "@drover/proto/wire";
import { age, labels, short, total } from "./output/cell-text.ts";
import type { Column } from "./output/columns.ts";
import type { View } from "./output/print.ts";

export const clusterView: View<Cluster> = {
  kind: "cluster",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "STATUS", cell: ({ state, maintenance }) => (maintenance === true ? `${state},Maintenance` : state) },
    { head: "ENVIRONMENTS", cell: ({ environments }) => environments.join(",") },
    { head: "HEALTHY", cell: ({ applications }) => `${applications.Healthy}/${total(applications)}` },
    { head: "LAST SEEN", cell: ({ lastSeenAt }) => (lastSeenAt === undefined ? "<never>" : `${age(lastSeenAt)} ago`) },
    { head: "KUBERNETES", cell: ({ kubernetesVersion }) => kubernetesVersion },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "AGENT", cell: ({ agentVersion }) => agentVersion, wide: true },
    { head: "ID", cell: ({ id }) => id, wide: true },
    { head: "LABELS", cell: (cluster) => labels(cluster.labels), wide: true },
  ],
};

export const applicationView: View<Application> = {
  kind: "application",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "PROJECT", cell: ({ project }) => project },
    { head: "REPOSITORY", cell: ({ spec }) => spec.source.repository },
    { head: "REF", cell: ({ spec }) => spec.source.ref ?? "main" },
    { head: "PATH", cell: ({ spec }) => spec.source.path ?? "." },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "PROBLEM", cell: ({ problem }) => problem?.code },
    { head: "CHANGED", cell: ({ updatedAt }) => `${age(updatedAt)} ago`, wide: true },
    { head: "FILE", cell: ({ path }) => path, wide: true },
  ],
};

export const environmentView: View<Environment> = {
  kind: "environment",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "CLUSTERS", cell: ({ clusters }) => `${clusters.connected}/${clusters.total}` },
    { head: "APPLICATIONS", cell: ({ applications }) => applications.length },
    { head: "PROMOTES FROM", cell: ({ spec }) => spec.promotesFrom?.join(",") },
    { head: "STRATEGY", cell: ({ spec }) => spec.strategy ?? "<default>" },
    { head: "TRACK", cell: ({ spec }) => spec.track },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "PROBLEM", cell: ({ problem }) => problem?.code },
    { head: "FILE", cell: ({ path }) => path, wide: true },
  ],
};

export const releaseView: View<Release> = {
  kind: "release",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "REVISION", cell: ({ revision }) => short(revision) },
    { head: "AUTHOR", cell: ({ author }) => author },
    { head: "MESSAGE", cell: ({ message }) => message.split("\n", 1)[0] },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "COMMIT", cell: ({ revision }) => revision, wide: true },
  ],
};

export const rolloutView: View<Rollout> = {
  kind: "rollout",
  name: ({ id }) => id,
  columns: [
    { head: "ID", cell: ({ id }) => id },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "RELEASE", cell: ({ release }) => release },
    { head: "PHASE", cell: ({ phase }) => phase },
    { head: "DONE", cell: ({ targets }) => `${targets.Succeeded + targets.Unchanged}/${total(targets) - targets.Left}` },
    { head: "FAILED", cell: ({ targets }) => targets.Failed },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "REVISION", cell: ({ revision }) => revision, wide: true },
    { head: "ACTOR", cell: ({ actor }) => actor, wide: true },
    { head: "CHANGE", cell: ({ changeId }) => short(changeId), wide: true },
  ],
};

function since({ failedAt, succeededAt, acknowledgedAt, dispatchedAt }: RolloutTarget): string | undefined {
  const time = failedAt ?? succeededAt ?? acknowledgedAt ?? dispatchedAt;
  return time === undefined ? undefined : age(time);
}

/** The clusters of one rollout, which knows what its waves are called. Those that wait are in the wave that is planned for them. */
export const targetColumns = (
  { waves }: Pick<Rollout, "waves">,
  ahead: ReadonlyMap<string, number> = new Map(),
): readonly Column<RolloutTarget>[] => [
  { head: "CLUSTER", cell: ({ cluster }) => cluster },
  {
    head: "WAVE",
    cell: ({ cluster, wave = ahead.get(cluster) }) => waves.find(({ index }) => index === wave)?.name ?? wave,
  },
  { head: "STATE", cell: ({ state }) => state },
  { head: "SINCE", cell: since },
  { head: "BECAUSE", cell: ({ because }) => because?.message ?? because?.kind },
];

/** What keeps a rollout from going on, a line each. */
export const holdLines = ({ holds }: Pick<Rollout, "holds">): readonly string[] =>
  holds
    .filter(({ waitingClusters }) => waitingClusters !== 0 || holds.length === 1)
    .map(({ kind, message, waitingClusters }) => {
      const waiting = typeof waitingClusters === "number" && waitingClusters > 0 ? ` (${plural(waitingClusters, "cluster")})` : "";
      return `waits: ${message ?? kind}${waiting}`;
    });

export const timelineView: View<TimelineEntry> = {
  kind: "step",
  name: ({ at }) => at,
  columns: [
    { head: "AT", cell: ({ at }) => at },
    { head: "WHAT", cell: ({ kind }) => kind },
    { head: "WHO", cell: ({ actor }) => actor },
    { head: "MESSAGE", cell: ({ message }) => message },
    {
      head: "CLUSTERS",
      cell: ({ clusters }) => clusters && `${clusters.names.join(",")}${clusters.count > clusters.names.length ? ",…" : ""}`,
    },
    { head: "STEP", cell: ({ step }) => step, wide: true },
    { head: "EVENT", cell: ({ event }) => event, wide: true },
  ],
};

export const historyView: View<HistoryEntry> = {
  kind: "assignment",
  name: ({ cluster, application }) => `${cluster}/${application}`,
  columns: [
    { head: "CLUSTER", cell: ({ cluster }) => cluster },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "RELEASE", cell: ({ release }) => release },
    { head: "REVISION", cell: ({ revision }) => short(revision) },
    { head: "STATE", cell: ({ state }) => state },
    { head: "SINCE", cell: ({ since }) => since },
    { head: "PROVEN", cell: ({ proven }) => (proven ? "yes" : "no") },
    { head: "BUNDLE", cell: ({ bundle }) => bundle.slice(0, "sha256:".length + 12), wide: true },
    { head: "ROLLOUT", cell: ({ rolloutId }) => rolloutId, wide: true },
  ],
};

export const outlierView: View<Outlier> = {
  kind: "cluster",
  name: ({ cluster }) => cluster,
  columns: [
    { head: "CLUSTER", cell: ({ cluster }) => cluster },
    { head: "RELEASE", cell: ({ release }) => release },
    { head: "REVISION", cell: ({ revision }) => short(revision) },
    { head: "WHY", cell: ({ because }) => because.map(({ kind, message }) => `${kind}: ${message ?? ""}`).join("; ") },
    { head: "BUNDLE", cell: ({ bundle }) => bundle.slice(0, "sha256:".length + 12), wide: true },
  ],
};

export const breakGlassView: View<BreakGlass> = {
  kind: "break-glass",
  name: ({ id }) => id,
  columns: [
    { head: "ID", cell: ({ id }) => id },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "APPLICATION", cell: ({ application }) => application ?? "<all>" },
    { head: "STATE", cell: ({ state }) => state },
    { head: "BY", cell: ({ actor }) => actor },
    { head: "EXPIRES", cell: ({ expiresAt }) => expiresAt },
    { head: "REASON", cell: ({ reason }) => reason },
  ],
};

export const tokenView: View<ApiToken> = {
  kind: "token",
  name: ({ id }) => id,
  columns: [
    { head: "ID", cell: ({ id }) => id },
    { head: "SUBJECT", cell: ({ subject }) => subject },
    { head: "ROLE", cell: ({ role }) => role },
    { head: "APPROVES", cell: ({ approves }) => approves.join(",") },
    { head: "OVERRIDES", cell: ({ overrides }) => overrides.join(",") },
    { head: "EXPIRES", cell: ({ expiresAt }) => expiresAt },
    { head: "REVOKED", cell: ({ revokedAt }) => revokedAt },
    { head: "LAST USED", cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? "<never>" : `${age(lastUsedAt)} ago`) },
  ],
};

export const objectEventView: View<ObjectEvent> = {
  kind: "event",
  name: ({ object }) => object.name,
  columns: [
    { head: "LAST SEEN", cell: ({ lastAt }) => age(lastAt) },
    { head: "TYPE", cell: ({ type }) => type },
    { head: "REASON", cell: ({ reason }) => reason },
    { head: "OBJECT", cell: ({ object }) => `${object.kind}/${object.name}` },
    { head: "COUNT", cell: ({ count }) => count },
    { head: "MESSAGE", cell: ({ message }) => message },
  ],
};

const lasted = ({ startedAt, endedAt }: DriftEpisode): string =>
  endedAt === undefined ? "still" : formatAge(Date.parse(endedAt) - Date.parse(startedAt));

export const driftView: View<DriftEpisode> = {
  kind: "drift",
  name: ({ object }) => object.name,
  columns: [
    { head: "STARTED", cell: ({ startedAt }) => `${age(startedAt)} ago` },
    { head: "LASTED", cell: lasted },
    { head: "APPLICATION", cell: ({ application }) => application },
    {
      head: "OBJECT",
      cell: ({ object: { kind, namespace, name } }) => [kind, namespace, name].filter((part) => part !== undefined).join("/"),
    },
    { head: "CHANGE", cell: ({ change }) => change },
    { head: "ACTION", cell: ({ action }) => action },
    { head: "BY", cell: ({ actor }) => actor },
    { head: "FIELDS", cell: ({ fields }) => fields.join(",") },
  ],
};

export const fleetDriftView: View<FleetDriftEpisode> = {
  ...driftView,
  columns: [{ head: "CLUSTER", cell: ({ cluster }) => cluster }, ...driftView.columns],
};

export const heldPruneView: View<HeldPrune> = {
  kind: "heldprune",
  name: ({ hash }) => hash,
  columns: [
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "HASH", cell: ({ hash }) => hash.slice(0, "sha256:".length + 12) },
    { head: "OBJECTS", cell: ({ objects }) => objects },
    {
      head: "CLUSTERS",
      cell: ({ clusterCount, clusters }) => `${clusterCount} (${clusters.slice(0, 3).join(",")}${clusterCount > 3 ? ",…" : ""})`,
    },
    { head: "HELD FOR", cell: ({ since }) => age(since) },
    { head: "APPROVED", cell: ({ approvedAt }) => (approvedAt === undefined ? "<no>" : `${age(approvedAt)} ago`) },
  ],
};

export const removalView: View<Removal> = {
  kind: "removal",
  name: ({ environment, application, cluster }) => cluster ?? `${environment ?? ""}/${application ?? ""}`,
  columns: [
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "NAME", cell: ({ application, cluster }) => application ?? cluster },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "POLICY", cell: ({ deletionPolicy }) => deletionPolicy },
    { head: "WAITING", cell: ({ waiting }) => waiting },
    {
      head: "FOR",
      cell: ({ waitingFor }) =>
        waitingFor
          .slice(0, 3)
          .map(({ cluster, clusterState }) => `${cluster} (${clusterState})`)
          .join(", "),
    },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "REASON", cell: ({ reason }) => reason, wide: true },
  ],
};
