import { type ClusterId, instant } from "@drover/kit";
import type { PlaceName } from "../../../control-plane/src/app/placement/placement-store.ts";
import type { Content } from "../../../control-plane/src/domain/placement/content.ts";
import type { MemoryDatabase } from "./database.ts";

export interface Assigning extends PlaceName {
  readonly rolloutId: string | undefined;
  readonly traceparent: string | undefined;
}

/** Gives clusters the content of their goals, and answers the generations. One without a goal gets nothing. */
export function assignGoals(database: MemoryDatabase, to: Assigning, clusterIds: readonly ClusterId[]): ReadonlyMap<ClusterId, number> {
  const contents = clusterIds.flatMap((id): [ClusterId, Content][] => {
    const goal = database.goals.get(`${to.application} ${to.environment} ${id}`);
    return goal === undefined ? [] : [[id, goal.content]];
  });
  return assignContents(database, to, new Map(contents));
}

/** The generation rises with every change of content or state, and only then; proof of an older one is forgotten with it. */
export function assignContents(
  database: MemoryDatabase,
  { application, environment, rolloutId, traceparent }: Assigning,
  contents: ReadonlyMap<ClusterId, Content>,
): ReadonlyMap<ClusterId, number> {
  const { assignments, now } = database;
  const generations = new Map<ClusterId, number>();
  const changed: ClusterId[] = [];
  for (const [clusterId, content] of contents) {
    const key = `${clusterId} ${application}`;
    const row = assignments.get(key);
    const isSame = row !== undefined && row.content.digest === content.digest && row.state === "active";
    const generation = isSame ? row.generation : (row?.generation ?? 0) + 1;
    const times = isSame ? row : { assignedAt: now(), acknowledgedAt: undefined, provenAt: undefined };
    const { assignedAt, acknowledgedAt, provenAt } = times;
    const given = { clusterId, application, environment, state: "active", generation, content, rolloutId, traceparent } as const;
    assignments.put(key, { ...given, assignedAt, acknowledgedAt, provenAt });
    generations.set(clusterId, generation);
    if (!isSame) changed.push(clusterId);
  }
  markEnvelopesChanged(database, changed);
  return generations;
}

/** Absence is not deletion: the agent keeps what runs and stops changing it. */
export function withdrawAssignments(
  database: MemoryDatabase,
  { application, environment }: PlaceName,
  clusterIds: readonly ClusterId[],
): void {
  const { assignments, now } = database;
  const withdrawn = clusterIds.filter((id) => {
    const row = assignments.get(`${id} ${application}`);
    if (row === undefined || row.environment !== environment || row.state === "withdrawn" || row.state === "removing") return false;
    assignments.put(`${id} ${application}`, { ...row, state: "withdrawn", assignedAt: now() });
    return true;
  });
  markEnvelopesChanged(database, withdrawn);
}

/** Every change of an assignment goes through here: two contents under one place would look alike to the replay check. */
export function markEnvelopesChanged({ envelopes, now }: MemoryDatabase, clusterIds: Iterable<ClusterId>): void {
  for (const clusterId of new Set(clusterIds)) {
    const row = envelopes.get(clusterId);
    const place = row ?? {
      clusterId,
      epoch: 1,
      sequence: 0,
      publishedEpoch: 1,
      publishedSequence: 0,
      leaseUntil: instant(Number.NEGATIVE_INFINITY),
    };
    envelopes.put(clusterId, { ...place, sequence: place.sequence + 1, issuedAt: now() });
  }
}

/** Equal content under a newer name: the generation stays, since the agent has nothing to do. */
export function renameAssignments(
  database: MemoryDatabase,
  { application, environment }: PlaceName,
  clusterIds: readonly ClusterId[],
): void {
  const renamed = clusterIds.filter((clusterId) => {
    const key = `${clusterId} ${application}`;
    const row = database.assignments.get(key);
    const goal = database.goals.get(`${application} ${environment} ${clusterId}`);
    if (row === undefined || goal === undefined || row.environment !== environment || row.state !== "active") return false;
    if (goal.content.digest !== row.content.digest || goal.content.revision === row.content.revision) return false;
    const { releaseId, revision } = goal.content;
    database.assignments.put(key, { ...row, content: { ...row.content, releaseId, revision } });
    return true;
  });
  markEnvelopesChanged(database, renamed);
}
